import type { InTransaction } from '../shared/database.ts'
import type { ProjectionStore } from '../shared/exactly-once/projection.ts'
import type { Outgoing } from '../shared/kafka/record.ts'
import type { OpenAccount } from './accounts.ts'
import type { AccountView } from './balances.ts'
import type { Account, Transaction } from './domain/account.ts'
import type { Book, Known, Request, Stored } from './domain/admission.ts'
import type { Outcome } from './events.ts'
import type { Horizon } from './horizon.ts'

/**
 * All that billing keeps. Its loops are written against this and not against Postgres, so that
 * the simulation can run them, as they are, on a store in memory.
 */
export type BillingStore = {
  open: OpenAccount
  find: (account: string) => Promise<AccountView | undefined>
  admit: InTransaction<AdmissionTransaction>
  sweep: InTransaction<SweepTransaction>
  /** Whether so many messages wait to be sent, or more. */
  isOutboxFull: (rows: number) => Promise<boolean>
  /** The states of these accounts as far as they are stored: what the ledger decides upon. */
  load: (accounts: readonly string[]) => Promise<Map<string, Account>>
  /** Tells after each commit which version of which account is stored. */
  balances: (onStored: (account: string, sequence: number) => void) => ProjectionStore
  journal: ProjectionStore
}

/** What admitting requests reads and writes, all under the locks that `known` takes. */
export type AdmissionTransaction = {
  /** Locks the accounts first, in one fixed sequence, and reads everything else afterwards. */
  known: (requests: readonly Request[]) => Promise<Known>
  /** Fails on a hash or order that is there already, which a rival may have put there. */
  save: (rows: readonly Stored[]) => Promise<void>
  number: (books: ReadonlyMap<string, Book>) => Promise<void>
  /** The outcomes of those payments that are decided. */
  outcomes: (payments: readonly Numbered[]) => Promise<Outcome[]>
  enqueue: (messages: readonly Outgoing[]) => Promise<void>
}

export type Numbered = { account: string; sequence: number }

/** What a page of a sweep reads and writes. */
export type SweepTransaction = {
  /** False while another instance is sweeping. */
  lock: () => Promise<boolean>
  /** To be asked before anything is written in this transaction. */
  horizon: () => Promise<Horizon>
  /** Numbered transactions by id, from the id `after` and the remembered position on. */
  look: (page: { afterMs: number; after: bigint; max: number }) => Promise<Swept[]>
  /** Everything up to this id is applied. Never moves back. */
  remember: (position: bigint) => Promise<void>
  enqueue: (messages: readonly Outgoing[]) => Promise<void>
}

/**
 * `applied`: the number of the account's latest transaction that is in its balance.
 * `isYoung`: accepted less than `afterMs` ago.
 */
export type Swept = { id: bigint; transaction: Transaction; applied: number; isYoung: boolean }
