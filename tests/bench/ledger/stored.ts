import { withSql } from '../../../deploy/local/sql.ts'
import { until } from '../../support/until.ts'

const SLOWEST_PER_SECOND = 200
const START_DEADLINE_MS = 60_000

/**
 * Waits until billing's Postgres shows so many transactions, in the balances and in the journal;
 * answers the seconds that took. Streams has nothing like it: what it decides upon is its store.
 */
export const secondsUntilStored = async (url: string, count: number): Promise<number> => {
  const start = performance.now()
  const deadlineMs = START_DEADLINE_MS + (count * 1000) / SLOWEST_PER_SECOND
  await withSql(url, deadlineMs + START_DEADLINE_MS, async (sql) => {
    const isStored = async (): Promise<boolean> => {
      const [balances] = await sql`select coalesce(sum(sequence), 0)::int as sum from balances`
      if (balances?.['sum'] !== count) return false
      const [journal] = await sql`select count(*)::int from journal`
      return journal?.['count'] === count
    }
    await until(isStored, { what: `${count} transactions in Postgres`, deadlineMs })
  })
  return (performance.now() - start) / 1000
}
