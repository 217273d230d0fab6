import { untilAvailable } from '../shared/available.ts'
import type { Sql } from '../shared/database.ts'
import type { Health } from '../shared/health.ts'
import { protocolError } from '../shared/kafka/client.ts'
import type { KafkaClient } from '../shared/kafka/kafka-client.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import { orderCodec, TOPIC } from './events.ts'

/** Of each partition: more than is ever sent again behind an order that has just been placed. */
const LAST = 2_000n
/** Partitions, each with a connection of its own. */
const AT_ONCE = 8
const READ_WAIT_MS = 500

export type GivenNumbers = {
  kafka: KafkaClient
  sql: Sql
  partitions: number
  health: Health
  log: Log
}

/**
 * Every order is stored before the log hears of it. One on the log that is not stored means that
 * this database is older than the log: a restored backup, and it would give the order's number
 * once more, to another. Until the database is completed from the log, nothing is accepted.
 */
export const givenNumbers = ({ kafka, sql, partitions, health, log }: GivenNumbers): Part => ({
  name: 'given numbers',
  start: async (stopping) => {
    const signal = health.signal('numbers')
    const attempt = async () => {
      try {
        const problem = await unknownOrder(kafka, sql, partitions)
        if (problem !== undefined) throw new Error(`database_behind_log: ${problem}`)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        if (protocolError(error) !== 'TOPIC_AUTHORIZATION_FAILED') {
          signal.down(message)
          throw error
        }
        // Rights of an earlier release. That one could not look either.
        log.warn({ topic: TOPIC }, 'which numbers were given cannot be looked up: not authorized')
      }
    }
    await untilAvailable(
      { what: 'the given numbers', attempt, isTransient: () => true, log },
      stopping,
    )
    signal.up()
    return async () => {}
  },
})

/** What of the log's latest orders is not in the database, in words; undefined when all are. */
export const unknownOrder = async (
  kafka: Pick<KafkaClient, 'openReader'>,
  sql: Sql,
  partitions: number,
): Promise<string | undefined> => {
  for (let first = 0; first < partitions; first += AT_ONCE) {
    const some = Array.from(
      { length: Math.min(AT_ONCE, partitions - first) },
      (_, at) => first + at,
    )
    const latest = await Promise.all(some.map((partition) => latestIn(kafka, partition)))
    const unknown = await missing(sql, latest.flat())
    if (unknown === undefined) continue
    return `the log has order ${unknown}, this database does not: an older backup was restored`
  }
  return undefined
}

const latestIn = async (
  kafka: Pick<KafkaClient, 'openReader'>,
  partition: number,
): Promise<number[]> => {
  const reader = await kafka.openReader(TOPIC, partition)
  try {
    const [start, end] = await Promise.all([reader.start(), reader.end()])
    const numbers = new Set<number>()
    for (let position = end - LAST > start ? end - LAST : start; position < end; ) {
      const { records, next } = await reader.read(position, READ_WAIT_MS)
      for (const { key, value } of records) {
        const decoded = orderCodec.decode(value)
        // What has another's key was written by a stranger, and billing takes no notice of it.
        if (!decoded.ok || key?.toString() !== decoded.value.account) continue
        numbers.add(decoded.value.orderId)
      }
      // A stranger's open transaction; the next attempt may find it over.
      if (next === position) throw new Error(`${TOPIC}/${partition} cannot be read to its end`)
      position = next
    }
    return [...numbers]
  } finally {
    await reader.close()
  }
}

const missing = async (sql: Sql, numbers: readonly number[]): Promise<bigint | undefined> => {
  const [row] = await sql<{ order_id: bigint }[]>`
    select order_id from unnest(${[...numbers]}::bigint[]) as given (order_id)
    where not exists (select from orders where orders.order_id = given.order_id)
    order by order_id desc limit 1`
  return row?.order_id
}
