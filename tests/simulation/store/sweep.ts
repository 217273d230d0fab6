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
  horizon: () =>
    inside(
      'horizon',
      reading((tx) => ({ latest: latest(tx, tables), ...database.horizon() })),
    ),
  look: (page) =>
    inside(
      'look',
      reading((tx) => look(tx, tables, page)),
    ),
  remember: (position) => inside('remember', (tx) => remember(tx, tables, position)),
  enqueue: enqueueing(inside, tables.outbox),
})

const latest = (tx: Transaction, { transactions }: BillingTables): bigint =>
  all(tx, transactions).reduce((most, { id }) => (BigInt(id) > most ? BigInt(id) : most), 0n)

const look = (
  tx: Transaction,
  { transactions, balances, sweeps }: BillingTables,
  { afterMs, after, max }: { afterMs: number; after: bigint; max: number },
): Swept[] => {
  const remembered = get(tx, sweeps, 'transactions')?.position ?? 0n
  const from = Number(after > remembered ? after : remembered)
  return all(tx, transactions)
    .filter(({ id }) => id > from)
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ id, createdAt, stored: { sequence, ...rest } }) => {
      if (sequence === undefined) return []
      const applied = get(tx, balances, rest.account)?.sequence ?? 0
      const isYoung = Math.abs(tx.startedAt - createdAt) <= afterMs
      return [{ id: BigInt(id), applied, isYoung, transaction: { ...rest, sequence } }]
    })
    .slice(0, max)
}

function* remember(tx: Transaction, { sweeps }: BillingTables, position: bigint) {
  const row = yield* lockRow(tx, sweeps, 'transactions')
  if (row !== undefined && row.position >= position) return
  write(tx, sweeps, { name: 'transactions', position })
}
