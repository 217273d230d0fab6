import { type Outcome, type Placed, statusAfter } from '../../../order/domain/order.ts'
import type { OrderView } from '../../../order/orders.ts'
import type { OrderStore, Settled } from '../../../order/store.ts'
import { retryRivalry } from '../../../shared/database.ts'
import { enqueueing, type OutboxRow, outboxTable } from './outbox.ts'
import type { Pool } from './pool.ts'
import { nextIdentity, type Table, table } from './table.ts'
import {
  all,
  find,
  get,
  insert,
  lockRow,
  reading,
  type Statement,
  type Transaction,
  write,
} from './transaction.ts'

export type OrderRow = Omit<OrderView, 'createdAt' | 'decidedAt' | 'resentAt'> & {
  createdAt: number
  decidedAt: number | null
  resentAt: number | null
}

export type OrderTables = { orders: Table<OrderRow>; outbox: Table<OutboxRow> }

export const orderTables = (): OrderTables => ({
  orders: table<OrderRow>({
    name: 'orders',
    keyOf: ({ orderId }) => String(orderId),
    uniques: { orders_hash_unique: ({ hash }) => hash },
    checks: {
      orders_amount: ({ amount }) => amount > 0n,
      orders_decided: ({ status, decidedAt }) => (status === 'PENDING') === (decidedAt === null),
    },
  }),
  outbox: outboxTable(),
})

/** As order/postgres-store.ts, statement by statement. */
export const memoryOrderStore = (
  { run, begin }: Pool,
  { orders, outbox }: OrderTables,
  isLocked: (key: string) => boolean,
): OrderStore => ({
  place: (work) =>
    retryRivalry(() =>
      begin((inside) =>
        work({
          insert: (requests) => inside('insert', (tx) => insertOrders(tx, orders, requests)),
          findByHash: async (hashes) =>
            hashes.length === 0
              ? new Map()
              : inside(
                  'findByHash',
                  reading((tx) => findByHash(tx, orders, hashes)),
                ),
          enqueue: enqueueing(inside, outbox),
        }),
      ),
    ),
  settle: (work) =>
    retryRivalry(() =>
      begin((inside) =>
        work({
          lock: (ids) => inside('lock', (tx) => lockOrders(tx, orders, ids)),
          settle: async (outcomes) =>
            outcomes.length === 0 ? [] : inside('settle', (tx) => settle(tx, orders, outcomes)),
        }),
      ),
    ),
  sweep: (work) =>
    begin((inside) =>
      work({
        takeDue: (afterMs, max) =>
          inside('takeDue', (tx) => takeDue(tx, orders, afterMs, max, isLocked)),
        enqueue: enqueueing(inside, outbox),
      }),
    ),
  overdue: (afterMs, max) =>
    run(
      'overdue',
      reading((tx) => {
        const isOverdue = ({ status, createdAt }: OrderRow) =>
          status === 'PENDING' && createdAt < tx.startedAt - afterMs
        return Math.min(max, all(tx, orders).filter(isOverdue).length)
      }),
    ),
  find: (orderId) =>
    run(
      'find',
      reading((tx) => {
        const row = get(tx, orders, String(orderId))
        return row === undefined ? undefined : viewOf(row)
      }),
    ),
})

const moment = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString()

const viewOf = (row: OrderRow): OrderView => ({
  ...row,
  createdAt: moment(row.createdAt) ?? '',
  decidedAt: moment(row.decidedAt),
  resentAt: moment(row.resentAt),
})

function* insertOrders(
  tx: Transaction,
  orders: Table<OrderRow>,
  requests: readonly Omit<Placed, 'orderId'>[],
): Statement<Map<string, Placed>> {
  const created = new Map<string, Placed>()
  // What is there already when the statement begins uses up no number.
  const isNew = requests.filter(({ hash }) => find(tx, orders, HASH, hash) === undefined)
  for (const { account, amount, hash } of isNew) {
    const orderId = nextIdentity(orders)
    const conflict = yield* insert(tx, orders, {
      orderId,
      account,
      amount,
      hash,
      status: 'PENDING',
      reason: null,
      createdAt: tx.startedAt,
      decidedAt: null,
      resends: 0,
      resentAt: null,
    })
    if (conflict === undefined) created.set(hash, { account, amount, hash, orderId })
  }
  return created
}

const HASH = 'orders_hash_unique'

const findByHash = (
  tx: Transaction,
  orders: Table<OrderRow>,
  hashes: readonly string[],
): Map<string, Placed> => {
  const rows = hashes.map((hash) => find(tx, orders, HASH, hash))
  return new Map(rows.flatMap((row) => (row ? [[row.hash, placedOf(row)] as const] : [])))
}

const placedOf = ({ orderId, account, amount, hash }: OrderRow): Placed => ({
  orderId,
  account,
  amount,
  hash,
})

function* lockOrders(tx: Transaction, orders: Table<OrderRow>, ids: readonly number[]) {
  const statuses = new Map<number, OrderRow['status']>()
  for (const id of [...new Set(ids)].toSorted((a, b) => a - b)) {
    if (get(tx, orders, String(id)) === undefined) continue
    const row: OrderRow | undefined = yield* lockRow(tx, orders, String(id))
    if (row !== undefined) statuses.set(id, row.status)
  }
  return statuses
}

function* settle(
  tx: Transaction,
  orders: Table<OrderRow>,
  outcomes: readonly Outcome[],
): Statement<Settled[]> {
  const settled: Settled[] = []
  for (const outcome of outcomes) {
    const row = yield* lockRow(tx, orders, String(outcome.orderId))
    if (row === undefined) continue
    const { orderId, reason } = outcome
    const { account, resends, createdAt } = row
    write(tx, orders, { ...row, status: statusAfter(outcome), reason, decidedAt: tx.startedAt })
    const milliseconds = Math.round(tx.startedAt - createdAt)
    settled.push({ orderId, account, resends, milliseconds })
  }
  return settled
}

function* takeDue(
  tx: Transaction,
  orders: Table<OrderRow>,
  afterMs: number,
  max: number,
  isLocked: (key: string) => boolean,
): Statement<Placed[]> {
  const isDue = ({ status, resentAt, createdAt, resends }: OrderRow) =>
    status === 'PENDING' &&
    (resentAt ?? createdAt) < tx.startedAt - afterMs * 2 ** Math.min(resends, 6)
  const due = all(tx, orders)
    .filter((row) => isDue(row) && !isLocked(`orders#${row.orderId}`))
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .slice(0, max)
  for (const { orderId } of due) {
    const row = yield* lockRow(tx, orders, String(orderId))
    if (row === undefined) continue
    write(tx, orders, { ...row, resentAt: tx.startedAt, resends: row.resends + 1 })
  }
  return due.map(placedOf)
}
