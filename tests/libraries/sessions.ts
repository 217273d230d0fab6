import postgres from 'postgres'
import { withDeadline } from '../../shared/wait.ts'
import { databaseUrl } from '../support/postgres.ts'
import { until } from '../support/until.ts'

// Plain postgres.js, without what shared/database.ts puts around it: these tests are about the
// library. One connection each, so that the same one is used again after its session was lost.

export type Pool = {
  sql: postgres.Sql
  /** Ends the session on the server, and waits until the client has noticed. */
  loseSession: (pid: number) => Promise<void>
}

export const openPool = async (options: postgres.Options<never> = {}): Promise<Pool> => {
  let closed = 0
  const sql = postgres(await databaseUrl(), {
    max: 1,
    onnotice: () => {},
    onclose: () => {
      closed += 1
    },
    ...options,
  })
  const loseSession = async (pid: number) => {
    const before = closed
    await terminate(pid)
    await until(() => closed > before, { what: 'the client to notice the lost session' })
  }
  return { sql, loseSession }
}

export const terminate = async (pid: number): Promise<void> => {
  const sql = postgres(await databaseUrl(), { max: 1 })
  await sql`select pg_terminate_backend(${pid})`
  await sql.end()
}

export const isRunning = async (query: string): Promise<boolean> => {
  const sql = postgres(await databaseUrl(), { max: 1 })
  const rows = await sql`select from pg_stat_activity where state = 'active' and query = ${query}`
  await sql.end()
  return rows.length > 0
}

export const backendOf = async (sql: postgres.ISql): Promise<number> => {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  if (row === undefined) throw new Error('no backend')
  return row.pid
}

/** How a closed session shows depends on whether its last words or its reset arrive first. */
const LOST = ['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', '57P01']

/** 'ok', 'lost', or the code of the error; an answer that does not come fails the test by name. */
export const outcome = async (call: PromiseLike<unknown>, what: string): Promise<string> => {
  const settled = Promise.resolve(call).then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'thrown'),
  )
  const how = await withDeadline(settled, 5_000, what)
  return LOST.includes(how) ? 'lost' : how
}
