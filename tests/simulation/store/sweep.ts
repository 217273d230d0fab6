import type { SweepTransaction, Swept } from '../../../billing/store.ts'
import type { BillingTables } from './billing-tables.ts'
import type { MemoryDatabase } from './database.ts'
import { enqueueing } from './outbox.ts'
import type { Run } from './pool.ts'
import { all, get, lockRow, reading, type Transaction, write } from './transaction.ts'

const LOCK = 7_316_003

/** As billing/sweep-statements.ts. */
export const sweepIn = (
  inside: Run,
  tables: BillingTables,
  database: MemoryDatabase,
): SweepTransaction => ({
  lock: () =>
    inside(
      'lock',
      reading((tx) => database.tryAdvisoryLock(LOCK, tx)),
    ),
  look: (page) =>
    inside(
      'look',
      reading((tx) => look(tx, tables, page)),
    ),
  remember: (position) => inside('remember', (tx) => remember(tx, tables, position)),
  enqueue: enqueueing(inside, tables.outbox),
})

const look = (
  tx: Transaction,
  { transactions, balances, sweeps }: BillingTables,
  { afterMs, after, max }: { afterMs: number; after: bigint; max: number },
): Swept[] => {
  const remembered = get(tx, sweeps, 'transactions')?.position ?? 0n
  const from = Number(after > remembered ? after : remembered)
  return all(tx, transactions)
    .filter(({ id, createdAt }) => id > from && createdAt < tx.startedAt - afterMs)
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ id, stored: { sequence, ...rest } }) => {
      if (sequence === undefined) return []
      const applied = get(tx, balances, rest.account)?.sequence ?? 0
      return [{ id: BigInt(id), applied, transaction: { ...rest, sequence } }]
    })
    .slice(0, max)
}

function* remember(tx: Transaction, { sweeps }: BillingTables, position: bigint) {
  const row = yield* lockRow(tx, sweeps, 'transactions')
  if (row !== undefined && row.position >= position) return
  write(tx, sweeps, { name: 'transactions', position })
}
