import type { PendingQuery, Row } from 'postgres'
import type { Sql, Transaction as Tx } from '../shared/database.ts'
import type { Account } from './domain/account.ts'
import type { Ends, LineInContext } from './domain/audit.ts'
import { TOPICS } from './events.ts'
import { type TransactionRow, transactionOf } from './transaction-row.ts'

/** Where a walk along the journal is: behind this line. */
export type Place = { account: string; sequence: number }

/**
 * The next lines of the journal, by account and sequence, each with what has to agree with it. One
 * statement sees one moment, whatever is written meanwhile.
 */
export const nextLines = (sql: Sql, after: Place, max: number): Promise<LineInContext[]> =>
  look(
    sql,
    sql`select * from journal where (account, sequence) > (${after.account}, ${after.sequence})
        order by account, sequence limit ${max}`,
  )

/** These lines once more. */
export const theseLines = (sql: Sql, places: readonly Place[]): Promise<LineInContext[]> =>
  look(
    sql,
    sql`select journal.* from journal join unnest(
          ${places.map(({ account }) => account)}::text[],
          ${places.map(({ sequence }) => sequence)}::bigint[]
        ) as asked (account, sequence) using (account, sequence)`,
  )

const look = async (sql: Sql, lines: PendingQuery<Row[]>): Promise<LineInContext[]> => {
  const rows = await sql<LineRow[]>`
    select line.*,
      before.sequence as before_sequence, before.balance as before_balance,
      t.type as t_type, t.hash as t_hash, t.order_id as t_order_id, t.amount as t_amount,
      b.sequence as b_sequence, b.balance as b_balance, b.last_amount, b.last_hash,
      b.last_order_id, b.last_state
    from (${lines}) as line
      left join lateral (
        select sequence, balance from journal
        where account = line.account and sequence < line.sequence
        order by sequence desc limit 1) as before on true
      left join transactions t on t.account = line.account and t.sequence = line.sequence
      left join balances b on b.account = line.account
    order by line.account, line.sequence`
  return rows.map(contextOf)
}

type LineRow = TransactionRow & {
  state: 'APPROVED' | 'REJECTED'
  reason: string | null
  balance: bigint
  before_sequence: bigint | null
  before_balance: bigint | null
  t_type: 'deposit' | 'payment' | null
  t_hash: string | null
  t_order_id: bigint | null
  t_amount: bigint | null
  b_sequence: bigint | null
  b_balance: bigint | null
  last_amount: bigint | null
  last_hash: string | null
  last_order_id: bigint | null
  last_state: 'APPROVED' | 'REJECTED' | null
}

const contextOf = (row: LineRow): LineInContext => {
  const { before_sequence, before_balance, t_type, t_hash, t_amount, t_order_id } = row
  return {
    line: {
      transaction: transactionOf(row),
      state: row.state,
      reason: row.reason,
      balance: row.balance,
    },
    before:
      before_sequence === null || before_balance === null
        ? undefined
        : { sequence: Number(before_sequence), balance: before_balance },
    accepted:
      t_type === null || t_hash === null || t_amount === null
        ? undefined
        : transactionOf({
            account: row.account,
            sequence: row.sequence,
            type: t_type,
            hash: t_hash,
            order_id: t_order_id,
            amount: t_amount,
          }),
    cached: cachedOf(row),
  }
}

const cachedOf = (row: LineRow): Account | undefined => {
  const { account, b_sequence, b_balance, last_amount, last_hash, last_order_id, last_state } = row
  if (b_sequence === null || b_balance === null) return undefined
  return {
    account,
    sequence: Number(b_sequence),
    balance: b_balance,
    last:
      last_amount === null || last_hash === null || last_state === null
        ? undefined
        : {
            amount: last_amount,
            hash: last_hash,
            orderId: last_order_id === null ? undefined : Number(last_order_id),
            state: last_state,
          },
  }
}

export type EndsOfAccount = Ends & { account: string }

/** The next accounts by name, and where what is known of each of them ends. */
export const nextEnds = (sql: Sql, after: string, max: number): Promise<EndsOfAccount[]> =>
  ends(sql, sql`select * from accounts where account > ${after} order by account limit ${max}`)

/** These accounts once more. */
export const theseEnds = (sql: Sql, names: readonly string[]): Promise<EndsOfAccount[]> =>
  ends(sql, sql`select * from accounts where account = any(${[...names]}::text[])`)

const ends = async (sql: Sql, some: PendingQuery<Row[]>): Promise<EndsOfAccount[]> => {
  const rows = await sql<
    { account: string; counted: bigint; accepted: bigint; journaled: bigint; cached: bigint }[]
  >`
    select one.account, one.last_sequence as counted, coalesce(accepted.sequence, 0) as accepted,
      coalesce(journaled.sequence, 0) as journaled, coalesce(b.sequence, 0) as cached
    from (${some}) as one
      left join balances b on b.account = one.account
      left join lateral (
        select sequence from transactions
        where account = one.account and sequence is not null
        order by sequence desc limit 1) as accepted on true
      left join lateral (
        select sequence from journal where account = one.account
        order by sequence desc limit 1) as journaled on true
    order by one.account`
  return rows.map(({ account, counted, accepted, journaled, cached }) => ({
    account,
    counted: Number(counted),
    accepted: Number(accepted),
    journaled: Number(journaled),
    cached: Number(cached),
  }))
}

/** Changes whenever a projection stores something. */
export const progress = async (sql: Sql): Promise<string> => {
  const [row] = await sql<[{ sum: string }]>`
    select coalesce(sum(position), 0)::text as sum from checkpoints
    where topic in (${TOPICS.balances}, ${TOPICS.journal})`
  return row.sum
}

/** An account that moved money at some time, no matter which; none as long as there is none. */
export const anyAccount = async (sql: Sql | Tx): Promise<string | undefined> => {
  // An index on bigint is of no use for a float: all rows before the one that is meant would be read.
  const [row] = await sql<{ account: string }[]>`
    select account from transactions
    where id >= (select floor(random() * max(id))::bigint from transactions)
      and sequence is not null
    order by id limit 1`
  return row?.account
}
