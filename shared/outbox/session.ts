import type { Database, DatabaseOptions, Sql } from '../database.ts'
import type { Outgoing } from '../kafka/record.ts'
import { at, parseTraceparent } from '../tracing/traceparent.ts'

/** What a relay sees and does; the lock, and all that it protects, belong to this session. */
export type OutboxSession = {
  /**
   * Deletes what was sent and reads what is oldest now. Takes the lock each time: who has it gets
   * it again, and who lost it with a connection must not go on as if nothing was.
   */
  look: (sent: readonly bigint[]) => Promise<Look>
  forget: (sent: readonly bigint[]) => Promise<void>
  /** Lets whoever has the lock know that it should look. */
  tell: () => Promise<void>
  close: () => Promise<void>
}
/** `onTold` is called when this session has the lock and another one tells it to look. */
export type OpenOutboxSession = (onTold: () => void) => OutboxSession

/** `last` is the newest id of all, `age` the seconds that a row has been waiting. */
export type OutboxRow = Outgoing & { id: bigint; last: bigint; age: number }
/** `taken`: this session has the lock, and nobody else sends; without it one row is shown at most. */
export type Look = { taken: boolean; rows: OutboxRow[] }

/** Any constant will do, as long as all instances of a service use the same. */
const LOCK = 7_316_001
const ROWS_MAX = 500

/**
 * One connection, and not for one who sleeps: a process that is frozen would otherwise hold the
 * lock for as long as its sockets live. Longer than a send may take, and than the pause between
 * two looks. (`idle_session_timeout` needs Postgres 14.)
 */
const SESSION = { application: 'relay', connections: 1, idleSessionMs: 8_000 } as const

/** On Postgres; `open` opens a database as it is told. */
export const outboxSession =
  (open: (options: DatabaseOptions) => Database): OpenOutboxSession =>
  (onTold) => {
    const { sql, close } = open({ ...SESSION, onNotified: onTold })
    let listening: number | undefined
    return {
      look: async (sent) => {
        const { pid, ...seen } = await look(sql, sent)
        if (!seen.taken || pid === listening) return seen
        await sql`listen outbox`
        listening = pid
        // What was told before that was not heard, but it can be seen.
        const { taken, rows } = await look(sql, [])
        return { taken, rows }
      },
      forget: (sent) => forget(sql, sent),
      tell: async () => {
        await sql`notify outbox`
      },
      close,
    }
  }

/** One round trip. `pid` is the server's for this connection: with another, nothing is listened to. */
const look = async (sql: Sql, sent: readonly bigint[]): Promise<Look & { pid: number }> => {
  const [[lock], , rows] = await Promise.all([
    sql<[{ taken: boolean; pid: number }]>`
      select pg_try_advisory_lock(${LOCK}) as taken, pg_backend_pid() as pid`,
    forget(sql, sent),
    sql<StoredRow[]>`
      select id, topic, key, value, traceparent, (select max(id) from outbox) as last,
             extract(epoch from clock_timestamp() - created_at)::float8 as age
      from outbox order by id
      limit (select case when pg_try_advisory_lock(${LOCK}) then ${ROWS_MAX} else 1 end)`,
  ])
  return { ...lock, rows: rows.map(outboxRow) }
}

type StoredRow = Omit<OutboxRow, 'traceparent'> & { traceparent: string | null }

const outboxRow = ({ traceparent, ...row }: StoredRow): OutboxRow =>
  traceparent === null ? row : at(parseTraceparent(traceparent), row)

const forget = async (sql: Sql, sent: readonly bigint[]): Promise<void> => {
  if (sent.length === 0) return
  // As text: the driver takes a list of bigint for one bigint.
  await sql`delete from outbox where id = any(${sent.map(String)}::bigint[])`
}
