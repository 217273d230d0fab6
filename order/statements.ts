import type { Transaction as Tx } from '../shared/database.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import {
  type OrderRequest,
  type Outcome,
  type Placed,
  type Status,
  statusAfter,
} from './domain/order.ts'
import type { PlacingTransaction, Settled, SettlingTransaction, SweepTransaction } from './store.ts'

export const placingIn = (tx: Tx): PlacingTransaction => ({
  insert: (requests) => insert(tx, requests),
  findByHash: (hashes) => findByHash(tx, hashes),
  enqueue: (messages) => enqueue(tx, messages),
})

export const settlingIn = (tx: Tx): SettlingTransaction => ({
  lock: (ids) => lock(tx, ids),
  settle: (outcomes) => settle(tx, outcomes),
})

export const sweepIn = (tx: Tx): SweepTransaction => ({
  takeDue: (afterMs, max) => takeDue(tx, afterMs, max),
  enqueue: (messages) => enqueue(tx, messages),
})

type OrderRow = { order_id: bigint; account: string; amount: bigint; hash: string }

/** A hash that is there already is left out before it uses up a number. */
const insert = async (tx: Tx, requests: readonly OrderRequest[]): Promise<Map<string, Placed>> => {
  const rows = await tx<OrderRow[]>`
    insert into orders (account, amount, hash)
    select account, amount, hash from unnest(
      ${requests.map(({ account }) => account)}::text[],
      ${requests.map(({ amount }) => String(amount))}::bigint[],
      ${requests.map(({ hash }) => hash)}::text[]
    ) with ordinality as new (account, amount, hash, position)
    where not exists (select from orders where orders.hash = new.hash)
    order by position
    on conflict (hash) do nothing
    returning order_id, account, amount, hash`
  return byHash(rows)
}

const findByHash = async (tx: Tx, hashes: readonly string[]): Promise<Map<string, Placed>> => {
  if (hashes.length === 0) return new Map()
  const rows = await tx<OrderRow[]>`
    select order_id, account, amount, hash from orders where hash = any(${[...hashes]}::text[])`
  return byHash(rows)
}

const byHash = (rows: readonly OrderRow[]): Map<string, Placed> =>
  new Map(rows.map((row) => [row.hash, placedOf(row)]))

const placedOf = ({ order_id, ...order }: OrderRow): Placed => ({
  ...order,
  orderId: Number(order_id),
})

const lock = async (tx: Tx, ids: readonly number[]): Promise<Map<number, Status>> => {
  const rows = await tx<{ order_id: bigint; status: Status }[]>`
    select order_id, status from orders where order_id = any(${[...ids]}::bigint[])
    order by order_id for update`
  return new Map(rows.map(({ order_id, status }) => [Number(order_id), status]))
}

const settle = async (tx: Tx, outcomes: readonly Outcome[]): Promise<Settled[]> => {
  if (outcomes.length === 0) return []
  const rows = await tx<SettledRow[]>`
    update orders set status = new.status, reason = new.reason, decided_at = now()
    from unnest(
      ${outcomes.map(({ orderId }) => orderId)}::bigint[],
      ${outcomes.map(statusAfter)}::text[],
      ${outcomes.map(({ reason }) => reason)}::text[]
    ) as new (order_id, status, reason)
    where orders.order_id = new.order_id
    returning orders.order_id, account, resends,
      round(extract(epoch from decided_at - created_at) * 1000)::float8 as milliseconds`
  return rows.map(({ order_id, ...settled }) => ({ orderId: Number(order_id), ...settled }))
}

type SettledRow = Omit<Settled, 'orderId'> & { order_id: bigint }

/** Each resend of an order waits twice as long as the one before, up to 64 times. */
const takeDue = async (tx: Tx, afterMs: number, max: number): Promise<Placed[]> => {
  const rows = await tx<OrderRow[]>`
    update orders set resent_at = now(), resends = resends + 1
    where order_id in (
      select order_id from orders
      where status = 'PENDING'
        and coalesce(resent_at, created_at)
            < now() - ${afterMs} * interval '1 millisecond' * power(2, least(resends, 6))
      order by created_at limit ${max} for update skip locked)
    returning order_id, account, amount, hash`
  return rows.map(placedOf)
}
