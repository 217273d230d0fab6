import type { Sql } from 'postgres'
import { withSql } from '../../../deploy/local/sql.ts'
import { fundsOfAccount } from '../accounts.ts'
import type { Size } from './sizes.ts'

const DEADLINE_MS = 3_600_000
/** In minor units. Whatever an account has paid before, this is what is left of its deposit. */
const LEFT = fundsOfAccount * 100
const PRICE = 100

export type DatabaseUrls = { order: string; billing: string; notification: string }

/**
 * Writes into the three databases what they have after so many transactions: of each account a
 * deposit and then payments that were approved, the accounts in turns, every account with the
 * same balance in the end. What is there already stays. The log knows nothing of these: nobody
 * reads below the positions that are stored, so nobody misses it.
 */
export const fill = async (urls: DatabaseUrls, size: Size): Promise<void> => {
  const before = await withSql(urls.order, DEADLINE_MS, lastOrder)
  await Promise.all([
    withSql(urls.billing, DEADLINE_MS, (sql) => fillBilling(sql, size, before)),
    withSql(urls.order, DEADLINE_MS, (sql) => fillOrder(sql, size, before)),
    withSql(urls.notification, DEADLINE_MS, (sql) => fillNotification(sql, size, before)),
  ])
}

const lastOrder = async (sql: Sql): Promise<number> => {
  const [row] = await sql<[{ last: string }]>`select coalesce(max(order_id), 0) as last from orders`
  return Number(row.last)
}

/**
 * The lines of the journal from one number to another, 0 being the first: `count` is how many its
 * account gets in all. The first lines are the deposits, and the last ones the last of each account.
 */
const lines = (sql: Sql, { accounts, rows }: Size, before: number, from: number, to: number) => sql`
  select 'bench-' || owner as account, sequence, hash,
    case when sequence = 1 then 'deposit' else 'payment' end as type,
    case when sequence > 1 then ${before}::bigint + 1 + line - ${accounts}::bigint end as order_id,
    case when sequence = 1 then ${LEFT}::bigint + (count - 1) * ${PRICE}::bigint
      else ${PRICE}::bigint end as amount,
    ${LEFT}::bigint + (count - sequence) * ${PRICE}::bigint as balance
  from generate_series(${from}::bigint, ${to}::bigint) as line,
    lateral (select line % ${accounts}::bigint as owner, line / ${accounts}::bigint + 1 as sequence,
      md5('bench-' || line) as hash) as one,
    lateral (select (${rows}::bigint - 1 - owner) / ${accounts}::bigint + 1 as count) as all_of_it`

const fillBilling = async (sql: Sql, size: Size, before: number): Promise<void> => {
  const { accounts, rows } = size
  const lastOfEach = lines(sql, size, before, rows - accounts, rows - 1)
  await sql`
    insert into accounts (account, last_sequence, deposited)
    select account, sequence, ${LEFT}::bigint + (sequence - 1) * ${PRICE}::bigint
    from (${lastOfEach}) as last`
  await sql`
    insert into transactions (account, sequence, type, hash, order_id, amount)
    select account, sequence, type, hash, order_id, amount
    from (${lines(sql, size, before, 0, rows - 1)}) as line`
  await sql`
    insert into journal (account, sequence, type, hash, order_id, amount, state, balance)
    select account, sequence, type, hash, order_id, amount, 'APPROVED', balance
    from (${lines(sql, size, before, 0, rows - 1)}) as line`
  await sql`
    insert into balances (account, sequence, balance, last_amount, last_hash, last_order_id, last_state)
    select account, sequence, balance, case when sequence = 1 then amount else -amount end, hash,
      order_id, 'APPROVED'
    from (${lastOfEach}) as last`
  // All of it is applied, and a sweeper that had run meanwhile would know that.
  await sql`
    insert into sweeps (name, position) select 'transactions', max(id) from transactions
    on conflict (name) do update set position = excluded.position`
  await tidy(sql)
}

const fillOrder = async (sql: Sql, size: Size, before: number): Promise<void> => {
  const { accounts, rows } = size
  await sql`
    insert into orders (order_id, account, amount, hash, status, decided_at)
    overriding system value
    select order_id, account, amount, hash, 'COMPLETE', now()
    from (${lines(sql, size, before, accounts, rows - 1)}) as line`
  await sql`select setval(pg_get_serial_sequence('orders', 'order_id'), max(order_id)) from orders`
  await tidy(sql)
}

const fillNotification = async (sql: Sql, size: Size, before: number): Promise<void> => {
  const { accounts, rows } = size
  await sql`
    insert into messages (order_id, outcome) select order_id, 'approved'
    from (${lines(sql, size, before, accounts, rows - 1)}) as line`
  await tidy(sql)
}

/** What autovacuum would have done long ago, and would do while something is measured. */
const tidy = async (sql: Sql): Promise<void> => {
  await sql.unsafe('vacuum (freeze, analyze)')
}
