import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { OverloadedError } from './batcher.ts'
import { type Connection, sessionOptions } from './connection.ts'
import { DeadlineError } from './wait.ts'

/**
 * A service's own Postgres. The schema, its migrations and single rows go through Drizzle;
 * statements over whole batches are written as SQL, prepared by the driver: one replaces hundreds.
 */
export type Database = {
  sql: Sql
  orm: PostgresJsDatabase
  /** Lets running statements end, at most 5 s. */
  close: () => Promise<void>
}

/** int8 comes as bigint. Drizzle makes the driver hand timestamps over as they are: strings. */
export type Sql = postgres.Sql<{ bigint: bigint }>
/** A part of a statement. */
export type Fragment = postgres.Fragment
export type Transaction = postgres.TransactionSql<{ bigint: bigint }>

export type DatabaseOptions = {
  application: string
  connections?: number
  /** The server ends a session that is silent for so long, and with it the locks it holds. */
  idleSessionMs?: number
  /** Called at each `notify` in a channel that one of the connections listens to. */
  onNotified?: () => void
}

export const openDatabase = (
  connection: Connection,
  { application, connections = 10, idleSessionMs, onNotified }: DatabaseOptions,
): Database => {
  const sql = postgres(connection.url, {
    ...sessionOptions(connection),
    max: connections,
    connect_timeout: 5,
    // Seconds. The driver's own grows with the failures of all connections together: half a second
    // of outage would keep statements waiting for twenty.
    backoff: () => 0.1 + Math.random() * 0.2,
    types: { bigint: postgres.BigInt },
    onnotice: () => {},
    // The driver's own `listen` opens a connection more, beside the session that has the lock.
    ...(onNotified === undefined ? {} : { onnotify: onNotified }),
    connection: {
      application_name: application,
      // A statement that hangs must not hang its caller for longer than a client waits.
      statement_timeout: 5_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      // A plan is made once for a session, often while its table is still small enough to be read
      // as a whole, and is kept when it is not any more. All that a service asks has an index.
      enable_seqscan: 'off',
      // What is compiled pays for reports. A plan with a scan that is off looks as dear as one.
      jit: 'off',
      ...(idleSessionMs === undefined ? {} : { idle_session_timeout: idleSessionMs }),
    },
  })
  return { sql, orm: drizzle(sql), close: () => sql.end({ timeout: 5 }) }
}

/** The SQLSTATE of a failure, whichever layer wrapped it; undefined when it is none. */
export const sqlState = (error: unknown): string | undefined => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code
  }
  return undefined
}

/** Does work in one transaction: all of it is kept, or nothing. */
export type InTransaction<Tx> = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** The same on a Postgres: `statements` are what the work may do there. */
export const inTransaction =
  <Tx>({ sql }: Database, statements: (tx: Transaction) => Tx): InTransaction<Tx> =>
  async (work) => {
    // In a box: the driver takes an answer that is a list for a list of statements.
    const { answer } = await sql.begin(async (tx) => ({ answer: await work(statements(tx)) }))
    return answer
  }

/** Another transaction was in the way: a rival row, a deadlock, a serialization failure. */
const RIVALRY = new Set(['23505', '40001', '40P01'])

/**
 * Repeats a whole transaction that a concurrent one defeated, at most `attempts` times. The work
 * must start from fresh reads: what defeated it is visible to the next attempt.
 */
export const retryRivalry = async <T>(work: () => Promise<T>, attempts = 4): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !RIVALRY.has(sqlState(error) ?? '')) throw error
    }
  }
}

/**
 * Nothing is wrong with the statement; the server is away, full, busy, late or shutting down, or
 * it and we do not trust each other: whoever changes a password or certificate does so on one
 * side first.
 */
export const isUnavailable = (error: unknown): boolean => {
  if (error instanceof DeadlineError || error instanceof OverloadedError) return true
  const state = sqlState(error)
  if (state !== undefined) return /^(08|28|53|55|57)/.test(state)
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && CONNECTION_CODES.test(at.code)) return true
  }
  return false
}

/** postgres.js, the sockets below it, and the verification of certificates (OpenSSL's names). */
const CONNECTION_CODES =
  /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA)/
