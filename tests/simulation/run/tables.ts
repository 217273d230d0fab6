import type { Tables } from '../../faults/dump/dump.ts'
import type { Stores } from './stores.ts'

/** The rows of the three databases as the checker names their columns. */
export const tablesOf = ({ order, billing, notification }: Stores): Tables => ({
  orders: list(order.orders, (row) => ({
    order_id: row.orderId,
    account: row.account,
    amount: row.amount,
    hash: row.hash,
    status: row.status,
    reason: row.reason,
  })),
  orderOutbox: list(order.outbox, ({ id, topic, key }) => ({ id, topic, key })),
  accounts: list(billing.accounts, ({ account, currency, lastSequence, deposited }) => ({
    account,
    currency,
    last_sequence: lastSequence,
    deposited,
  })),
  transactions: list(billing.transactions, ({ stored }) => ({
    account: stored.account,
    sequence: stored.sequence ?? null,
    type: stored.type,
    hash: stored.hash,
    order_id: stored.type === 'payment' ? stored.orderId : null,
    amount: stored.amount,
  })),
  balances: list(billing.balances, ({ account, sequence, balance, last }) => ({
    account,
    sequence,
    balance,
    last_amount: last?.amount ?? 0n,
    last_hash: last?.hash ?? '',
    last_order_id: last?.orderId ?? null,
    last_state: last?.state ?? 'APPROVED',
  })),
  journal: list(billing.journal, ({ orderId, ...line }) => ({ ...line, order_id: orderId })),
  checkpoints: list(billing.checkpoints, ({ topic, partition, position }) => ({
    topic,
    partition,
    position: Number(position),
  })),
  billingOutbox: list(billing.outbox, ({ id, topic, key }) => ({ id, topic, key })),
  messages: list(notification.messages, ({ orderId, outcome }) => ({
    order_id: orderId,
    outcome,
  })),
})

const list = <Row, Shown>({ rows }: { rows: Map<string, Row> }, show: (row: Row) => Shown) =>
  [...rows.values()].map(show)
