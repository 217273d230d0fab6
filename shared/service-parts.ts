import { untilAvailable } from './available.ts'
import type { Connection } from './connection.ts'
import { type Database, isUnavailable } from './database.ts'
import type { Health } from './health.ts'
import { type Connect, explained, openKafka } from './kafka/client.ts'
import { DEAD_LETTER } from './kafka/dead-letter.ts'
import { checkTopics, missingTopics, type Topic, WrongTopicError } from './kafka/topics.ts'
import type { Part } from './lifecycle.ts'
import type { Log } from './log.ts'
import { type Migrations, migrate } from './migrations.ts'

type Common = { health: Health; log: Log }

/** Waits for the database and brings it to this build's schema; closes the pool at the end. */
export const databasePart = ({
  database,
  connection,
  migrations,
  health,
  log,
}: Common & { database: Database; connection: Connection; migrations: Migrations }): Part => ({
  name: 'database',
  start: async (stopping) => {
    const signal = health.signal('database')
    const attempt = () => migrate(connection, migrations.folder)
    await untilAvailable(
      { what: 'the database', attempt, isTransient: isUnavailable, log },
      stopping,
    )
    signal.up()
    return database.close
  },
})

type TopicsOptions = {
  connect: Connect
  /** What this service writes must be exactly so. */
  writes: readonly Topic[]
  /** What it reads must be there; how it must be is its writer's concern. */
  reads: readonly string[]
  partitions: number
}

/**
 * Waits for the topics, which whoever deploys the system creates, and refuses wrong ones. A
 * service never creates a topic: one made by accident has the wrong policies.
 */
export const topicsPart = ({
  connect,
  writes,
  reads,
  partitions,
  health,
  log,
}: Common & TopicsOptions): Part => ({
  name: 'topics',
  start: async (stopping) => {
    const signal = health.signal('topics')
    const names = [...writes.map(({ name }) => name), ...reads, DEAD_LETTER]
    const attempt = async () => {
      const admin = openKafka(connect).admin({ retry: { retries: 1 } })
      try {
        await admin.connect()
        const missing = await missingTopics(admin, names)
        if (missing.length > 0) {
          throw new Error(`missing: ${missing.join(', ')}`)
        }
        await checkTopics(admin, writes, partitions)
      } catch (error) {
        throw error instanceof Error ? explained(error) : error
      } finally {
        await admin.disconnect()
      }
    }
    const isTransient = (error: unknown) => !(error instanceof WrongTopicError)
    await untilAvailable({ what: 'the topics', attempt, isTransient, log }, stopping)
    signal.up()
    return async () => {}
  },
})
