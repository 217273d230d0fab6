import type { Account } from '../../../billing/domain/account.ts'
import type { Stored } from '../../../billing/domain/admission.ts'
import { type OutboxRow, outboxTable } from './outbox.ts'
import { type Table, table } from './table.ts'

export type AccountRow = {
  account: string
  currency: string
  lastSequence: number
  deposited: bigint
}
export type TransactionRow = { id: number; createdAt: number; stored: Stored }
export type JournalRow = {
  account: string
  sequence: number
  type: 'deposit' | 'payment'
  hash: string
  orderId: number | null
  amount: bigint
  state: 'APPROVED' | 'REJECTED'
  reason: string | null
  balance: bigint
}
export type CheckpointRow = { topic: string; partition: number; position: bigint }

export type BillingTables = {
  accounts: Table<AccountRow>
  transactions: Table<TransactionRow>
  balances: Table<Account>
  journal: Table<JournalRow>
  checkpoints: Table<CheckpointRow>
  sweeps: Table<{ name: string; position: bigint }>
  outbox: Table<OutboxRow>
}

/** With the keys and constraints of billing/tables.ts. */
export const billingTables = (): BillingTables => ({
  accounts: table<AccountRow>({
    name: 'accounts',
    keyOf: ({ account }) => account,
    checks: { accounts_deposited: ({ deposited }) => deposited >= 0n },
  }),
  transactions: table<TransactionRow>({
    name: 'transactions',
    keyOf: ({ id }) => String(id),
    uniques: {
      transactions_sequence: ({ stored: { account, sequence } }) =>
        sequence === undefined ? undefined : `${account} ${sequence}`,
      transactions_order: ({ stored }) =>
        stored.type === 'payment' ? String(stored.orderId) : undefined,
      transactions_deposit: ({ stored }) => (stored.type === 'deposit' ? stored.hash : undefined),
    },
    checks: {
      transactions_amount: ({ stored }) => stored.amount > 0n,
      transactions_numbered: ({ stored }) =>
        stored.sequence !== undefined || stored.type === 'payment',
    },
  }),
  balances: table<Account>({
    name: 'balances',
    keyOf: ({ account }) => account,
    checks: { balances_balance: ({ balance }) => balance >= 0n },
  }),
  journal: table<JournalRow>({
    name: 'journal',
    keyOf: ({ account, sequence }) => `${account} ${sequence}`,
  }),
  checkpoints: table<CheckpointRow>({
    name: 'checkpoints',
    keyOf: ({ topic, partition }) => `${topic} ${partition}`,
  }),
  sweeps: table<{ name: string; position: bigint }>({ name: 'sweeps', keyOf: ({ name }) => name }),
  outbox: outboxTable(),
})
