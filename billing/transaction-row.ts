import type { Transaction } from './domain/account.ts'

/** A numbered transaction as Postgres answers it. */
export type TransactionRow = {
  account: string
  sequence: bigint
  type: 'deposit' | 'payment'
  hash: string
  order_id: bigint | null
  amount: bigint
}

/** The schema lets a payment have an order, and a deposit none. */
export const transactionOf = (row: TransactionRow): Transaction => {
  const { account, type, hash, order_id, amount } = row
  const common = { account, sequence: Number(row.sequence), hash, amount }
  return type === 'payment' ? { ...common, type, orderId: Number(order_id) } : { ...common, type }
}
