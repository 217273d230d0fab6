import postgres from 'postgres'
import { withDeadline } from '../../shared/wait.ts'

/**
 * Runs statements on one short-lived connection, with a deadline: a server that is coming up or
 * going down may accept a connection and never answer.
 */
export const withSql = async <T>(
  url: string,
  deadlineMs: number,
  run: (sql: postgres.Sql) => Promise<T>,
): Promise<T> => {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: Math.max(1, Math.ceil(deadlineMs / 1000)),
    onnotice: () => {},
  })
  try {
    return await withDeadline(run(sql), deadlineMs, 'an answer of Postgres')
  } finally {
    // After a connection error `end` may never resolve, and nothing depends on its end.
    void sql.end({ timeout: 1 }).catch(() => undefined)
  }
}

/** Whether a query is answered now, or why not. */
export const postgresAnswers = (url: string): Promise<true | string> =>
  withSql(url, 2_000, async (sql) => {
    await sql`select 1`
    return true as const
  }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
