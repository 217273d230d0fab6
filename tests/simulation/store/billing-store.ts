import type { BillingStore } from '../../../billing/store.ts'
import { retryRivalry } from '../../../shared/database.ts'
import { admissionIn } from './admission.ts'
import type { BillingTables } from './billing-tables.ts'
import type { MemoryDatabase } from './database.ts'
import type { Pool } from './pool.ts'
import { balanceProjection, journalProjection } from './projections.ts'
import { sweepIn } from './sweep.ts'
import { all, get, insert, reading } from './transaction.ts'

/** As billing/postgres-store.ts, statement by statement. */
export const memoryBillingStore = (
  pool: Pool,
  tables: BillingTables,
  database: MemoryDatabase,
): BillingStore => {
  const { run, begin } = pool
  const { accounts, balances, outbox } = tables
  return {
    open: async ({ account, currency }) => {
      const conflict = await run('open', (tx) =>
        insert(tx, accounts, { account, currency, lastSequence: 0, deposited: 0n }),
      )
      return conflict === undefined ? 'opened' : 'account_exists'
    },
    find: (account) =>
      run(
        'find',
        reading((tx) => {
          const row = get(tx, accounts, account)
          if (row === undefined) return undefined
          const { currency, lastSequence } = row
          const nothing = { account, sequence: 0, balance: 0n, last: undefined }
          return { ...(get(tx, balances, account) ?? nothing), currency, lastSequence }
        }),
      ),
    admit: (work) => retryRivalry(() => begin((inside) => work(admissionIn(inside, tables)))),
    sweep: (work) => begin((inside) => work(sweepIn(inside, tables, database))),
    isOutboxFull: (rows) =>
      run(
        'isOutboxFull',
        reading((tx) => all(tx, outbox).length >= rows),
      ),
    load: (keys) =>
      run(
        'load',
        reading((tx) => {
          const rows = keys.map((key) => get(tx, balances, key))
          return new Map(rows.flatMap((row) => (row ? [[row.account, row] as const] : [])))
        }),
      ),
    balances: (onStored) => balanceProjection(pool, tables, onStored),
    journal: journalProjection(pool, tables),
  }
}
