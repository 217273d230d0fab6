import type { Database, Fragment, Sql } from '../shared/database.ts'
import { HaltError } from '../shared/exactly-once/halt.ts'
import type { ProjectionStore } from '../shared/exactly-once/projection.ts'
import { lookup } from '../shared/lookup.ts'
import { advance, checkpointOf, readRows } from './checkpoints.ts'
import { type Account, openAccount } from './domain/account.ts'
import { balanceCodec, TOPICS } from './events.ts'

/**
 * Copies the table of balances into Postgres. Safe to repeat and safe to reorder: an older row
 * never replaces a newer one. Tells afterwards which version of which account is stored.
 *
 * One statement, so one round trip and a transaction by itself: a fifth of the messages of BEGIN,
 * three statements and COMMIT.
 */
export const balanceStore = (
  { sql }: Database,
  onStored: (account: string, sequence: number) => void,
): ProjectionStore => ({
  checkpoint: (partition) => checkpointOf(sql, TOPICS.balances, partition),
  store: async (records, partition, next) => {
    const read = readRows(records, balanceCodec.decode)
    // One statement may touch a row only once, and only the latest of a key counts.
    const rows = [...new Map(read.map((row) => [row.account, row])).values()]
    const [ahead] = await sql<Ahead[]>`
      with given as (
        select * from unnest(
          ${rows.map(({ account }) => account)}::text[],
          ${rows.map(({ sequence }) => sequence)}::bigint[],
          ${rows.map(({ balance }) => String(balance))}::bigint[],
          ${rows.map(({ lastAmount }) => String(lastAmount))}::bigint[],
          ${rows.map(({ lastHash }) => lastHash)}::text[],
          ${rows.map(({ lastOrderId }) => lastOrderId)}::bigint[],
          ${rows.map(({ lastTransactionState }) => lastTransactionState)}::text[]
        ) as given
          (account, sequence, balance, last_amount, last_hash, last_order_id, last_state)
      ), ahead as (
        ${aheadOfTheBooks(sql, sql`given`)}
      ), stored as (
        insert into balances
          (account, sequence, balance, last_amount, last_hash, last_order_id, last_state)
        select * from given where not exists (select from ahead)
        on conflict (account) do update set
          sequence = excluded.sequence, balance = excluded.balance,
          last_amount = excluded.last_amount, last_hash = excluded.last_hash,
          last_order_id = excluded.last_order_id, last_state = excluded.last_state
        where balances.sequence < excluded.sequence
      ), advanced as (
        ${advance(sql, TOPICS.balances, partition, next, sql`not exists (select from ahead)`)}
      ) select * from ahead`
    if (ahead !== undefined) {
      throw new HaltError(
        `database_behind_log: the log has transaction ${ahead.sequence} of ${ahead.account}, this database has ${ahead.last}: an older backup was restored`,
      )
    }
    for (const { account, sequence } of rows) onStored(account, sequence)
  },
})

/** A row whose number its account never gave, and the number that it gave last. */
export type Ahead = { account: string; sequence: bigint; last: bigint }

/**
 * Every transaction is numbered in Postgres before the log hears of it. A balance with a number
 * that was never given means that this database is older than the log: a restored backup. Going
 * on would give the number once more, and the ledger would take the new deposit for a repeat.
 *
 * The query of such a row among `given`, which has accounts and sequences.
 */
export const aheadOfTheBooks = (sql: Sql, given: Fragment) => sql<Ahead[]>`
  select account, given.sequence, coalesce(last_sequence, 0) as last
  from ${given} left join accounts using (account)
  where given.sequence > coalesce(last_sequence, 0) limit 1`

/** The states of these accounts as far as they are stored: what the ledger decides upon. */
export const loadAccounts =
  ({ sql }: Pick<Database, 'sql'>) =>
  async (keys: readonly string[]): Promise<Map<string, Account>> => {
    const rows = await sql<BalanceRow[]>`
      select account, sequence, balance, last_amount, last_hash, last_order_id, last_state
      from balances where account = any(${[...keys]}::text[])`
    return new Map(rows.map((row) => [row.account, accountOf(row)]))
  }

type BalanceRow = {
  account: string
  sequence: bigint
  balance: bigint
  last_amount: bigint
  last_hash: string
  last_order_id: bigint | null
  last_state: 'APPROVED' | 'REJECTED'
}

const accountOf = (row: BalanceRow): Account => ({
  account: row.account,
  sequence: Number(row.sequence),
  balance: row.balance,
  last: {
    amount: row.last_amount,
    hash: row.last_hash,
    orderId: row.last_order_id === null ? undefined : Number(row.last_order_id),
    state: row.last_state,
  },
})

/** An account as a client sees it, and the number of its latest transaction, applied or not. */
export type AccountView = Account & { currency: string; lastSequence: number }

export const findAccount = ({ sql }: Pick<Database, 'sql'>) =>
  lookup(async (keys: readonly string[]): Promise<Map<string, AccountView>> => {
    const rows = await sql<ViewRow[]>`
      select account, currency, accounts.last_sequence, balances.sequence, balance,
             last_amount, last_hash, last_order_id, last_state
      from accounts left join balances using (account)
      where account = any(${[...keys]}::text[])`
    return new Map(rows.map((row) => [row.account, viewOf(row)]))
  })

type ViewRow = (BalanceRow | { account: string; sequence: null }) & {
  currency: string
  last_sequence: bigint
}

const viewOf = (row: ViewRow): AccountView => ({
  ...(row.sequence === null ? openAccount(row.account) : accountOf(row)),
  currency: row.currency,
  lastSequence: Number(row.last_sequence),
})
