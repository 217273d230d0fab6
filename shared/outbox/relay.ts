import { Counter } from 'prom-client'
import { crashPoint } from '../crash-point.ts'
import type { Database, Sql } from '../database.ts'
import type { Signal } from '../health.ts'
import type { Outgoing } from '../kafka/record.ts'
import type { Sender } from '../kafka/sender.ts'
import type { Part } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { type Bell, backoffMs, pause, withDeadline } from '../wait.ts'
import { observeBacklog } from './backlog.ts'

export type RelayOptions = {
  /** Opens a database as it is told: the lock, and all that it protects, belong to this session. */
  openSession: (options: typeof SESSION) => Database
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
 * One connection, and not for one who sleeps: a process that is frozen would otherwise hold the
 * lock for as long as its sockets live. Longer than a send may take, and than the pause between
 * two looks. (`idle_session_timeout` needs Postgres 14.)
 */
const SESSION = { application: 'relay', connections: 1, idleSessionMs: 8_000 } as const
/** Beyond connecting and a statement's own limit. */
const DEADLINE_MS = 10_000

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
      await sendInOneSession(options, signal, () => {
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

/** A session that failed is thrown away with its lock, as a producer is. */
const sendInOneSession = async (
  { openSession, sender, work }: RelayOptions,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> => {
  const session = openSession(SESSION)
  try {
    let sent: bigint[] = []
    while (!signal.aborted) {
      const rows = await withDeadline(look(session.sql, sent), DEADLINE_MS, 'a look at the outbox')
      if (rows.length > 0) {
        crashPoint('relay.looked')
        await sender.send(rows)
        crashPoint('relay.sent')
        relayed.inc(rows.length)
      }
      sent = rows.map(({ id }) => id)
      onProgress()
      if (rows.length === 0) await work.heard(POLL_MS, signal)
    }
    await withDeadline(forget(session.sql, sent), DEADLINE_MS, 'the last rows to be deleted')
  } finally {
    await session.close()
  }
}

type Row = Outgoing & { id: bigint; last: bigint; age: number }

/**
 * Deletes what was sent and reads what is oldest now, in one round trip. Takes the lock each time:
 * who has it gets it again, and who lost it with a connection must not go on as if nothing was.
 */
const look = async (sql: Sql, sent: readonly bigint[]): Promise<Row[]> => {
  const [[lock], , rows] = await Promise.all([
    sql<[{ taken: boolean }]>`select pg_try_advisory_lock(${LOCK}) as taken`,
    forget(sql, sent),
    sql<Row[]>`
      select id, topic, key, value, (select max(id) from outbox) as last,
             extract(epoch from clock_timestamp() - created_at)::float8 as age
      from outbox order by id limit ${ROWS_MAX}`,
  ])
  const [oldest] = rows
  observeBacklog(oldest === undefined ? undefined : { ...oldest, first: oldest.id })
  return lock.taken ? [...rows] : []
}

const forget = async (sql: Sql, sent: readonly bigint[]): Promise<void> => {
  if (sent.length === 0) return
  // As text: the driver takes a list of bigint for one bigint.
  await sql`delete from outbox where id = any(${sent.map(String)}::bigint[])`
}

const relayed = new Counter({ name: 'outbox_sent_total', help: 'Outbox rows sent to the log.' })
