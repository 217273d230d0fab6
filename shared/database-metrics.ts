import { Gauge, type Registry } from 'prom-client'
import type { Database } from './database.ts'
import { withDeadline } from './wait.ts'

/** Below the time that Prometheus gives a scrape; whoever waits longer has waited long enough. */
const DEADLINE_MS = 2_000
const STATES = ['active', 'idle', 'idle in transaction'] as const

/**
 * Publishes how the pool is used. postgres.js tells nobody, so at each scrape the server is asked
 * through the pool, like any other statement: how long that took is what others wait as well.
 * Postgres counts the sessions of all instances of the service. Answers how to end it.
 */
export const exposePool = ({ sql }: Pick<Database, 'sql'>, registry: Registry): (() => void) => {
  // Against a server that hangs, one question waits, not one for each scrape.
  const ask = oneAtATime(() => count(sql))
  const look = oneAtATime(async () => {
    const start = performance.now()
    // A server that is away is told by the health of the process, and leaves no count here.
    const counted = withDeadline(ask(), DEADLINE_MS, 'a count of sessions')
    const sessions = await counted.catch(() => undefined)
    return { sessions, seconds: (performance.now() - start) / 1000 }
  })
  const sessions: Gauge = new Gauge({
    name: 'database_sessions',
    help: 'Sessions of the pools of all instances, by what Postgres says they do.',
    labelNames: ['state'],
    registers: [],
    collect: async () => {
      const { sessions: counted } = await look()
      sessions.reset()
      if (counted === undefined) return
      for (const state of STATES) sessions.set({ state }, counted.get(state) ?? 0)
    },
  })
  const wait: Gauge = new Gauge({
    name: 'database_wait_seconds',
    help: 'How long a statement took at this scrape, with the wait for a free connection.',
    registers: [],
    collect: async () => wait.set((await look()).seconds),
  })
  registry.registerMetric(sessions)
  registry.registerMetric(wait)
  return () => {
    registry.removeSingleMetric('database_sessions')
    registry.removeSingleMetric('database_wait_seconds')
  }
}

/** By state; the session that asks is idle but for asking. */
const count = async (sql: Database['sql']): Promise<Map<string, number>> => {
  const rows = await sql<{ state: string; sessions: bigint }[]>`
    select case when pid = pg_backend_pid() then 'idle'
                else replace(state, ' (aborted)', '') end as state,
           count(*) as sessions
    from pg_stat_activity
    where application_name = current_setting('application_name')
      and datname = current_database()
    group by 1`
  return new Map(rows.map(({ state, sessions }) => [state, Number(sessions)]))
}

/** Who asks while an answer is under way gets that answer. */
const oneAtATime = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}
