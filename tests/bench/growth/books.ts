import { theseEnds, theseLines } from '../../../billing/audit-statements.ts'
import { problemsOfEnds, problemsOfLine } from '../../../billing/domain/audit.ts'
import type { Databases } from '../../../deploy/places/sql.ts'
import type { Sql } from '../../../shared/database.ts'
import { batches } from '../workload/batches.ts'
import { indexOfAccount, transactionsOf } from '../workload/transactions.ts'
import type { Size } from './sizes.ts'

const AT_ONCE = 500

/** The deposit and the order that went before everything. */
const FIRST = { rows: 2, orders: 1 }

/** A sentence for each table that has more or fewer rows than the accepted orders explain. */
export const extraRows = async (
  { billing, order, notification }: Databases,
  { accounts, rows }: Size,
  accepted: number,
): Promise<string[]> => {
  const [inJournal, inOrders] = [
    rows + FIRST.rows + accepted,
    rows - accounts + FIRST.orders + accepted,
  ]
  const counts = [
    ['transactions', await countOf(billing, 'transactions'), inJournal],
    ['journal', await countOf(billing, 'journal'), inJournal],
    ['orders', await countOf(order, 'orders'), inOrders],
    ['messages', await countOf(notification, 'messages'), inOrders],
  ] as const
  return counts.flatMap(([table, count, expected]) =>
    count === expected ? [] : [`${table} has ${count} rows, not ${expected}`],
  )
}

const countOf = async (sql: Sql, table: string): Promise<number> => {
  const [row] = await sql<[{ count: bigint }]>`select count(*) from ${sql(table)}`
  return Number(row.count)
}

/**
 * A sentence for each contradiction between the transactions, the journal and the balances of
 * these accounts, in every line that came after what was filled in.
 */
export const contradictionsIn = async (
  billing: Sql,
  { accounts, rows }: Size,
  names: readonly string[],
): Promise<string[]> => {
  const wrong: string[] = []
  const places: { account: string; sequence: number }[] = []
  for (const some of batches(names, AT_ONCE)) {
    for (const { account, ...ends } of await theseEnds(billing, some)) {
      wrong.push(...problemsOfEnds(ends).map(({ text }) => `${account}: ${text}`))
      const filled = transactionsOf(indexOfAccount(account), rows, accounts)
      for (let sequence = filled + 1; sequence <= ends.counted; sequence++) {
        places.push({ account, sequence })
      }
    }
  }
  for (const some of batches(places, AT_ONCE)) {
    for (const context of await theseLines(billing, some)) {
      const { account, sequence } = context.line.transaction
      wrong.push(...problemsOfLine(context).map((text) => `${account} ${sequence}: ${text}`))
    }
  }
  return wrong
}
