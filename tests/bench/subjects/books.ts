import type { Sql } from 'postgres'
import { withSql } from '../../../deploy/local/sql.ts'
import { accountName, transactionAt, transactionsOf } from '../workload/transactions.ts'

const DEADLINE_MS = 600_000
const CHUNK = 20_000

/** Transactions by their index in the stream: from `first` to below `end`. */
export type Accepted = { first: number; end: number; accounts: number }

/**
 * Writes into billing's database what it had written when it accepted these transactions, and the
 * accounts as they are numbered after them: it stands still when the log has something that its
 * books never gave.
 */
export const acceptInBooks = (url: string, { first, end, accounts }: Accepted): Promise<void> =>
  withSql(url, DEADLINE_MS, async (sql) => {
    for (const indexes of chunks(0, accounts)) await openAccounts(sql, indexes, end, accounts)
    for (const indexes of chunks(first, end)) await writeTransactions(sql, indexes, accounts)
    // Autovacuum would have done this long ago; without it, plans are made for empty tables.
    await sql`analyze`
  })

const openAccounts = async (
  sql: Sql,
  indexes: readonly number[],
  end: number,
  accounts: number,
): Promise<void> => {
  await sql`
    insert into accounts (account, last_sequence)
    select * from unnest(
      ${indexes.map(accountName)}::text[],
      ${indexes.map((index) => transactionsOf(index, end, accounts))}::bigint[])`
}

const writeTransactions = async (
  sql: Sql,
  indexes: readonly number[],
  accounts: number,
): Promise<void> => {
  const list = indexes.map((index) => transactionAt(index, accounts))
  await sql`
    insert into transactions (account, sequence, type, hash, order_id, amount)
    select * from unnest(
      ${list.map(({ account }) => account)}::text[],
      ${list.map(({ sequence }) => sequence)}::bigint[],
      ${list.map(({ type }) => type)}::text[],
      ${list.map(({ hash }) => hash)}::text[],
      ${list.map((each) => (each.type === 'payment' ? each.orderId : null))}::bigint[],
      ${list.map(({ amount }) => String(amount))}::bigint[])`
}

/** Whole numbers from one to below another, so many at a time. */
export function* chunks(start: number, end: number): Generator<number[]> {
  for (let at = start; at < end; at += CHUNK) {
    yield Array.from({ length: Math.min(CHUNK, end - at) }, (_, index) => at + index)
  }
}
