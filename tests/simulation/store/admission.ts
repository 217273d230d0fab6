import type { Book, Request, Stored } from '../../../billing/domain/admission.ts'
import type { Outcome } from '../../../billing/events.ts'
import type { AdmissionTransaction, Numbered } from '../../../billing/store.ts'
import type { BillingTables } from './billing-tables.ts'
import { enqueueing } from './outbox.ts'
import type { Run } from './pool.ts'
import { nextIdentity } from './table.ts'
import { find, get, insertNew, lockRow, reading, type Transaction, write } from './transaction.ts'

/** As billing/admission-statements.ts. */
export const admissionIn = (inside: Run, tables: BillingTables): AdmissionTransaction => ({
  known: (requests) => inside('known', (tx) => known(tx, tables, requests)),
  save: async (rows) => {
    if (rows.length > 0) await inside('save', (tx) => save(tx, tables, rows))
  },
  number: async (books) => {
    if (books.size > 0) await inside('number', (tx) => number(tx, tables, books))
  },
  outcomes: (payments) =>
    inside(
      'outcomes',
      reading((tx) => payments.flatMap((payment) => outcomeOf(tx, tables, payment))),
    ),
  enqueue: enqueueing(inside, tables.outbox),
})

function* known(
  tx: Transaction,
  { accounts, transactions }: BillingTables,
  requests: readonly Request[],
) {
  const books = new Map<string, Book>()
  const deposits = new Map<string, Stored>()
  const payments = new Map<number, Stored>()
  const names = [...new Set(requests.map(({ account }) => account))].toSorted()
  // Those that are not there when the statement begins are not waited for.
  for (const name of names.filter((each) => get(tx, accounts, each) !== undefined)) {
    const row = yield* lockRow(tx, accounts, name)
    if (row !== undefined) books.set(name, row)
  }
  // Another statement, sent with the first: it looks when the locks are held.
  for (const request of requests) {
    if (request.type === 'deposit') {
      const row = find(tx, transactions, 'transactions_deposit', request.hash)
      if (row !== undefined) deposits.set(request.hash, row.stored)
    } else {
      const row = find(tx, transactions, 'transactions_order', String(request.orderId))
      if (row !== undefined) payments.set(request.orderId, row.stored)
    }
  }
  return { books, deposits, payments }
}

function* save(tx: Transaction, { transactions }: BillingTables, rows: readonly Stored[]) {
  for (const stored of rows) {
    const row = { id: nextIdentity(transactions), createdAt: tx.startedAt, stored }
    yield* insertNew(tx, transactions, row)
  }
}

function* number(tx: Transaction, { accounts }: BillingTables, books: ReadonlyMap<string, Book>) {
  for (const [account, { lastSequence, deposited }] of books) {
    const row = yield* lockRow(tx, accounts, account)
    if (row !== undefined) write(tx, accounts, { ...row, lastSequence, deposited })
  }
}

const outcomeOf = (
  tx: Transaction,
  { journal }: BillingTables,
  { account, sequence }: Numbered,
): Outcome[] => {
  const row = get(tx, journal, `${account} ${sequence}`)
  if (row === undefined || row.orderId === null) return []
  const { orderId, amount, state, reason } = row
  const outcome = state === 'APPROVED' ? 'approved' : 'rejected'
  return [{ outcome, orderId, account, amount, reason }]
}
