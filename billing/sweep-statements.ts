import type { Database, Transaction as Tx } from '../shared/database.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import type { Horizon } from './horizon.ts'
import type { SweepTransaction, Swept } from './store.ts'
import { type TransactionRow, transactionOf } from './transaction-row.ts'

export const sweepIn = (tx: Tx): SweepTransaction => ({
  lock: async () => {
    const [lock] = await tx<[{ taken: boolean }]>`
      select pg_try_advisory_xact_lock(${LOCK}) as taken`
    return lock.taken
  },
  // In one statement, whose snapshot is older than the number that it gets. Who numbers a
  // transaction locks an account first, and so has a number before an id: of all that hold an id
  // below `latest`, none has a higher one.
  horizon: async () => {
    const [row] = await tx<[Horizon]>`
      select (select coalesce(max(id), 0) from transactions) as latest,
             pg_current_xact_id()::text::bigint as transaction,
             pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest`
    return row
  },
  look: async ({ afterMs, after, max }) => {
    const rows = await tx<Row[]>`
      select id, account, t.sequence, type, hash, order_id, amount,
             coalesce(balances.sequence, 0) as applied,
             created_at between now() - ${afterMs} * interval '1 millisecond'
                            and now() + ${afterMs} * interval '1 millisecond' as is_young
      from transactions t left join balances using (account)
      where id > greatest(
          ${String(after)}::bigint,
          (select position from sweeps where name = 'transactions'))
        and t.sequence is not null
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
type Row = TransactionRow & { id: bigint; applied: bigint; is_young: boolean }

const sweptOf = (row: Row): Swept => ({
  id: row.id,
  applied: Number(row.applied),
  isYoung: row.is_young,
  transaction: transactionOf(row),
})
