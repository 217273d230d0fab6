import type { Database, Transaction as Tx } from '../shared/database.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import type { SweepTransaction, Swept } from './store.ts'
import { type TransactionRow, transactionOf } from './transaction-row.ts'

export const sweepIn = (tx: Tx): SweepTransaction => ({
  lock: async () => {
    const [lock] = await tx<[{ taken: boolean }]>`
      select pg_try_advisory_xact_lock(${LOCK}) as taken`
    return lock.taken
  },
  look: async ({ afterMs, after, max }) => {
    const rows = await tx<Row[]>`
      select id, account, t.sequence, type, hash, order_id, amount,
             coalesce(balances.sequence, 0) as applied
      from transactions t left join balances using (account)
      where id > greatest(
          ${String(after)}::bigint,
          (select position from sweeps where name = 'transactions'))
        and t.sequence is not null
        and created_at < now() - ${afterMs} * interval '1 millisecond'
      order by id limit ${max}`
    return rows.map(sweptOf)
  },
  remember: async (position) => {
    await tx`
      insert into sweeps (name, position) values ('transactions', ${String(position)}::bigint)
      on conflict (name) do update set position = greatest(sweeps.position, excluded.position)`
  },
  enqueue: (messages) => enqueue(tx, messages),
})

/** Any constant will do, as long as all instances use the same. */
const LOCK = 7_316_003

export const isOutboxFull =
  ({ sql }: Database) =>
  async (rows: number): Promise<boolean> => {
    const [row] = await sql<[{ count: bigint }]>`
      select count(*) from (select from outbox limit ${rows}) as waiting`
    return row.count >= rows
  }

/** `applied`: the number of the account's latest transaction that is in its balance. */
type Row = TransactionRow & { id: bigint; applied: bigint }

const sweptOf = (row: Row): Swept => ({
  id: row.id,
  applied: Number(row.applied),
  transaction: transactionOf(row),
})
