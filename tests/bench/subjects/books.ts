import type { Sql } from 'postgres'
import { withSql } from '../../../deploy/local/sql.ts'
import { accountName, transactionAt, transactionsOf } from '../workload/transactions.ts'

const DEADLINE_MS = 600_000
const CHUNK = 20_000

/**
 * Writes into billing's database what it had written when it accepted the first `count`
 * transactions: it stands still when the log has something that its books never gave.
 */
export const acceptInBooks = (url: string, count: number, accounts: number): Promise<void> =>
  withSql(url, DEADLINE_MS, async (sql) => {
    for (let start = 0; start < accounts; start += CHUNK) {
      await openAccounts(sql, start, Math.min(accounts, start + CHUNK), { count, accounts })
    }
    for (let start = 0; start < count; start += CHUNK) {
      await writeTransactions(sql, start, Math.min(count, start + CHUNK), accounts)
    }
    // Autovacuum would have done this long ago; without it, plans are made for empty tables.
    await sql`analyze`
  })

const openAccounts = async (
  sql: Sql,
  start: number,
  end: number,
  { count, accounts }: { count: number; accounts: number },
): Promise<void> => {
  const indexes = range(start, end)
  await sql`
    insert into accounts (account, last_sequence)
    select * from unnest(
      ${indexes.map(accountName)}::text[],
      ${indexes.map((index) => transactionsOf(index, count, accounts))}::bigint[])`
}

const writeTransactions = async (
  sql: Sql,
  start: number,
  end: number,
  accounts: number,
): Promise<void> => {
  const list = range(start, end).map((index) => transactionAt(index, accounts))
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

const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, index) => start + index)
