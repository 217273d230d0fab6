import * as v from 'valibot'

/** The tables of the three services: their columns as text, and what they mean. */

const bigint = v.pipe(
  v.string(),
  v.regex(/^-?\d+$/),
  v.transform((digits) => BigInt(digits)),
)
export const whole = v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number), v.safeInteger())
const type = v.picklist(['deposit', 'payment'])
const state = v.picklist(['APPROVED', 'REJECTED'])

export const OrderRow = v.object({
  order_id: whole,
  account: v.string(),
  amount: bigint,
  hash: v.string(),
  status: v.picklist(['PENDING', 'COMPLETE', 'FAILED']),
  reason: v.nullable(v.string()),
})
export type OrderRow = v.InferOutput<typeof OrderRow>

export const OutboxRow = v.object({ id: whole, topic: v.string(), key: v.string() })
export type OutboxRow = v.InferOutput<typeof OutboxRow>

export const AccountRow = v.object({
  account: v.string(),
  currency: v.string(),
  last_sequence: whole,
  deposited: bigint,
})
export type AccountRow = v.InferOutput<typeof AccountRow>

export const TransactionRow = v.object({
  account: v.string(),
  sequence: v.nullable(whole),
  type,
  hash: v.string(),
  order_id: v.nullable(whole),
  amount: bigint,
})
export type TransactionRow = v.InferOutput<typeof TransactionRow>

export const BalanceRow = v.object({
  account: v.string(),
  sequence: whole,
  balance: bigint,
  last_amount: bigint,
  last_hash: v.string(),
  last_order_id: v.nullable(whole),
  last_state: state,
})
export type BalanceRow = v.InferOutput<typeof BalanceRow>

export const JournalRow = v.object({
  account: v.string(),
  sequence: whole,
  type,
  hash: v.string(),
  order_id: v.nullable(whole),
  amount: bigint,
  state,
  reason: v.nullable(v.string()),
  balance: bigint,
})
export type JournalRow = v.InferOutput<typeof JournalRow>

export const CheckpointRow = v.object({ topic: v.string(), partition: whole, position: whole })
export type CheckpointRow = v.InferOutput<typeof CheckpointRow>

export const MessageRow = v.object({
  order_id: whole,
  outcome: v.picklist(['approved', 'rejected']),
})
export type MessageRow = v.InferOutput<typeof MessageRow>
