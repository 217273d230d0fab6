import { Counter } from 'prom-client'
import type { Database } from '../database.ts'
import type { Signal } from '../health.ts'
import type { Outgoing } from '../kafka/record.ts'
import type { Sender } from '../kafka/sender.ts'
import type { Part } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { type Bell, backoffMs, pause } from '../wait.ts'

export type RelayOptions = {
  database: Database
  sender: Sender
  /** Rung after each commit that enqueued something; polling is only the fallback. */
  work: Bell
  health: Signal
  log: Log
}

/** Any constant will do, as long as all instances of a service use the same. */
const LOCK = 7_316_001
const ROWS_MAX = 500
const POLL_MS = 500

/**
 * Moves the outbox to the log: reads the oldest rows, sends them, and deletes them after the ack.
 * A crash in between sends them again; readers expect that. Rows are deleted rather than passed
 * by a cursor, so one that commits late with a lower id is simply found at the next look.
 *
 * A session advisory lock lets one relay of a service send at a time, which keeps each key's
 * records in sequence. Only liveness rests on it: should two ever run, they send repeats.
 */
export const relay = (options: RelayOptions): Part => ({
  name: 'relay',
  start: async () => {
    const stopping = new AbortController()
    const running = run(options, stopping.signal)
    return async () => {
      stopping.abort()
      await running
      await options.sender.close()
    }
  },
})

const run = async (options: RelayOptions, signal: AbortSignal): Promise<void> => {
  const { log, health } = options
  for (let failures = 0; !signal.aborted; ) {
    try {
      await sendWhileLocked(options, signal, () => {
        failures = 0
        health.up()
      })
    } catch (error) {
      failures += 1
      health.down('the outbox cannot be sent')
      log.warn({ error, failures }, 'the relay starts over')
      await pause(backoffMs(failures), signal)
    }
  }
}

/** Everything happens on the connection that holds the lock: when it dies, so does the claim. */
const sendWhileLocked = async (
  { database, sender, work }: RelayOptions,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> => {
  const connection = await database.sql.reserve()
  try {
    while (!signal.aborted) {
      const [lock] = await connection<[{ taken: boolean }]>`
        select pg_try_advisory_lock(${LOCK}) as taken`
      onProgress()
      if (lock?.taken) break
      await pause(1_000, signal)
    }
    let sent: bigint[] = []
    while (!signal.aborted) {
      const rows = await next(connection, sent)
      if (rows.length > 0) {
        await sender.send(rows)
        relayed.inc(rows.length)
      }
      sent = rows.map(({ id }) => id)
      onProgress()
      if (rows.length === 0) await work.heard(POLL_MS, signal)
    }
    await forget(connection, sent)
  } finally {
    // Back in the pool, the connection would hold the lock against every relay, our next one too.
    await connection`select pg_advisory_unlock_all()`.catch(() => {})
    connection.release()
  }
}

type Row = Outgoing & { id: bigint }
type Connection = Awaited<ReturnType<Database['sql']['reserve']>>

/** Deletes what was sent and reads what is oldest now, in one round trip. */
const next = async (connection: Connection, sent: readonly bigint[]): Promise<Row[]> => {
  const [, rows] = await Promise.all([
    forget(connection, sent),
    connection<Row[]>`select id, topic, key, value from outbox order by id limit ${ROWS_MAX}`,
  ])
  return [...rows]
}

const forget = async (connection: Connection, sent: readonly bigint[]): Promise<void> => {
  if (sent.length === 0) return
  // As text: the driver takes a list of bigint for one bigint.
  await connection`delete from outbox where id = any(${sent.map(String)}::bigint[])`
}

const relayed = new Counter({ name: 'outbox_sent_total', help: 'Outbox rows sent to the log.' })
