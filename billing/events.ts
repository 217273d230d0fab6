import * as v from 'valibot'
import { bigint, codec, count } from '../shared/codec.ts'
import type { Topic } from '../shared/kafka/topics.ts'
import type { Transaction } from './domain/account.ts'

/** What billing publishes. Others read these topics with a schema of their own. */
export const TOPICS = {
  transactions: 'bankTransaction',
  balances: 'bankBalance',
  journal: 'processedTransaction',
  approved: 'approvedOrderTransaction',
  rejected: 'rejectedOrderTransaction',
} as const

/**
 * The histories are kept for ever: what was accepted can always be folded again. Outcomes are
 * news; whoever missed one asks again and gets it from the journal.
 */
export const BILLING_TOPICS: readonly Topic[] = [
  { name: TOPICS.transactions, policy: 'keep' },
  { name: TOPICS.balances, policy: 'compact' },
  { name: TOPICS.journal, policy: 'keep' },
  { name: TOPICS.approved, policy: 'delete', retentionMs: 30 * 86_400_000 },
  { name: TOPICS.rejected, policy: 'delete', retentionMs: 30 * 86_400_000 },
]

const identity = { account: v.string(), sequence: count, hash: v.string() }
const state = v.picklist(['APPROVED', 'REJECTED'])

const deposit = v.object({ type: v.literal('deposit'), ...identity, amount: bigint })
const payment = v.object({
  type: v.literal('payment'),
  ...identity,
  amount: bigint,
  orderId: count,
})
const either = v.variant('type', [payment, deposit])

/** A wish to move money, numbered. `amount` is in minor units and positive. */
export const TransactionSchema = v.lazy((input) => {
  // A variant finds the same by trying, which costs more than reading the rest.
  const type = typeOf(input)
  if (type === 'payment') return payment
  return type === 'deposit' ? deposit : either
})
export const transactionCodec = codec(TransactionSchema, (transaction) => ({
  ...transaction,
  amount: String(transaction.amount),
}))

const typeOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined

/**
 * An account after its first `sequence` transactions; the key's latest record is the truth.
 * `source` is the offset of the transaction that made it. Amounts are in minor units, signed.
 */
export const BalanceSchema = v.object({
  account: v.string(),
  sequence: count,
  balance: bigint,
  lastAmount: bigint,
  lastHash: v.string(),
  lastOrderId: v.nullable(count),
  lastTransactionState: state,
  source: bigint,
})
export const balanceCodec = codec(BalanceSchema, (row) => ({
  ...row,
  balance: String(row.balance),
  lastAmount: String(row.lastAmount),
  source: String(row.source),
}))

/** One line of the journal: a transaction, what became of it, and the balance after it. */
export const JournalSchema = v.object({
  ...identity,
  type: v.picklist(['deposit', 'payment']),
  amount: bigint,
  orderId: v.nullable(count),
  state,
  reason: v.nullable(v.string()),
  balance: bigint,
})
export const journalCodec = codec(JournalSchema, (line) => ({
  ...line,
  amount: String(line.amount),
  balance: String(line.balance),
}))

/** What became of an order. Approved and rejected ones have a topic each. */
export const OutcomeSchema = v.object({
  outcome: v.picklist(['approved', 'rejected']),
  orderId: count,
  account: v.string(),
  amount: bigint,
  reason: v.nullable(v.string()),
})
export type Outcome = v.InferOutput<typeof OutcomeSchema>
export const outcomeCodec = codec(OutcomeSchema, (outcome) => ({
  ...outcome,
  amount: String(outcome.amount),
}))

/** The same transaction is the same bytes, whoever sends it and however often. */
export const transactionMessage = (transaction: Transaction) => {
  const { type, account, sequence, hash, amount } = transaction
  const common = { account, sequence, hash, amount }
  return {
    topic: TOPICS.transactions,
    key: account,
    value: transactionCodec.encode(
      type === 'deposit' ? { type, ...common } : { type, ...common, orderId: transaction.orderId },
    ),
  }
}

export const outcomeMessage = (outcome: Outcome) => ({
  topic: TOPICS[outcome.outcome],
  key: outcome.account,
  value: outcomeCodec.encode(outcome),
})
