import {
  balanceCodec,
  journalCodec,
  type Outcome,
  outcomeCodec,
  transactionCodec,
} from '../../../billing/events.ts'
import { orderCodec } from '../../../order/events.ts'
import type { OrderRow, TransactionRow } from '../dump/rows.ts'
import type { Decided } from './fold.ts'

/** What must lie in the topics, to the byte. Fields stand as the writers write them. */

export const orderBytes = ({ order_id: orderId, account, amount, hash }: OrderRow): string =>
  orderCodec.encode({ orderId, account, amount, hash })

export const transactionBytes = (row: TransactionRow & { sequence: number }): string => {
  const { type, account, sequence, hash, amount, order_id: orderId } = row
  const common = { account, sequence, hash, amount }
  return transactionCodec.encode(
    type === 'deposit' || orderId === null
      ? { type: 'deposit', ...common }
      : { type, ...common, orderId },
  )
}

export const journalBytes = ({ transaction, event, state }: Decided): string => {
  const { type, account, sequence, hash, amount } = transaction
  return journalCodec.encode({
    type,
    account,
    sequence,
    hash,
    amount,
    orderId: transaction.type === 'payment' ? transaction.orderId : null,
    state: event.type === 'rejected' ? 'REJECTED' : 'APPROVED',
    reason: event.type === 'rejected' ? event.reason : null,
    balance: state.balance,
  })
}

export const balanceBytes = ({ record, transaction, event, state }: Decided): string => {
  const { amount, hash } = transaction
  return balanceCodec.encode({
    account: state.account,
    sequence: state.sequence,
    balance: state.balance,
    lastAmount: transaction.type === 'deposit' ? amount : -amount,
    lastHash: hash,
    lastOrderId: transaction.type === 'payment' ? transaction.orderId : null,
    lastTransactionState: event.type === 'rejected' ? 'REJECTED' : 'APPROVED',
    source: BigInt(record.offset),
  })
}

export const outcomeBytes = (outcome: Outcome): string => {
  const { outcome: word, orderId, account, amount, reason } = outcome
  return outcomeCodec.encode({ outcome: word, orderId, account, amount, reason })
}

/** What the ledger must say of an order that it decided. */
export const outcomeOf = ({ transaction, event }: Decided): Outcome | undefined => {
  if (transaction.type === 'deposit') return undefined
  const { orderId, account, amount } = transaction
  return event.type === 'rejected'
    ? { outcome: 'rejected', orderId, account, amount, reason: event.reason }
    : { outcome: 'approved', orderId, account, amount, reason: null }
}

/** What billing must say of an order of an unknown account; the ledger never hears of it. */
export const refusalOf = (row: TransactionRow & { order_id: number }): Outcome => ({
  outcome: 'rejected',
  orderId: row.order_id,
  account: row.account,
  amount: row.amount,
  reason: 'account_not_found',
})
