import { type Database, inTransaction, retryRivalry } from '../shared/database.ts'
import { openAccountIn } from './accounts.ts'
import { admissionIn } from './admission-statements.ts'
import { balanceStore, findAccount, loadAccounts } from './balances.ts'
import { journalStore } from './journal.ts'
import type { BillingStore } from './store.ts'
import { isOutboxFull, sweepIn } from './sweep-statements.ts'

/** What billing keeps, in its Postgres. */
export const postgresStore = (database: Database): BillingStore => {
  const admit = inTransaction(database, admissionIn)
  return {
    open: openAccountIn(database),
    find: findAccount(database),
    admit: (work) => retryRivalry(() => admit(work)),
    sweep: inTransaction(database, sweepIn),
    isOutboxFull: isOutboxFull(database),
    load: loadAccounts(database),
    balances: (onStored) => balanceStore(database, onStored),
    journal: journalStore(database),
  }
}
