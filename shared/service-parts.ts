import { register } from 'prom-client'
import { untilAvailable } from './available.ts'
import type { Connection } from './connection.ts'
import { type Database, isUnavailable } from './database.ts'
import { exposePool } from './database-metrics.ts'
import type { Health } from './health.ts'
import { type Connect, explained, openKafka } from './kafka/client.ts'
import { DEAD_LETTER } from './kafka/dead-letter.ts'
import { checkTopics, missingTopics, type Topic, WrongTopicError } from './kafka/topics.ts'
import { mustBeHumble } from './least-privilege.ts'
import type { Part } from './lifecycle.ts'
import type { Log } from './log.ts'
import { type Migrations, migrate, mustBeMigrated, NotMigratedError } from './migrations.ts'

type Common = { health: Health; log: Log }

type DatabaseOptions = Common & {
  database: Database
  connection: Connection
  migrations: Migrations
}

/** Waits for the database and its schema of this build; closes the pool at the end. */
export const databasePart = ({
  database,
  connection,
  migrations: { folder, mode },
  health,
  log,
}: DatabaseOptions): Part => ({
  name: 'database',
  start: async (stopping) => {
    const signal = health.signal('database')
    const wait =
      mode === 'apply'
        ? { what: 'the database', attempt: () => migrate(connection, folder) }
        : { what: 'the migrations', attempt: () => awaited(database, folder) }
    await untilAvailable({ ...wait, isTransient: isNotThereYet, log }, stopping)
    signal.up()
    const hide = exposePool(database, register)
    return async () => {
      hide()
      await database.close()
    }
  },
})

/** Somebody else migrates, with the rights to do so; we are refused when we have them as well. */
const awaited = async ({ sql }: Database, folder: string): Promise<void> => {
  await mustBeMigrated(sql, folder)
  await mustBeHumble(sql)
}

const isNotThereYet = (error: unknown): boolean =>
  error instanceof NotMigratedError || isUnavailable(error)

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
          // A broker with rights shows nobody what is not theirs to see.
          const what = connect.sasl === undefined ? 'missing' : 'missing, or hidden from this user'
          throw new Error(`${what}: ${missing.join(', ')}`)
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
