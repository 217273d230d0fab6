import { eq, sql as query } from 'drizzle-orm'
import { assert } from '../shared/assert.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { type Database, retryRivalry, type Transaction as Tx } from '../shared/database.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import { type OrderRequest, type Placed, type Placement, repeat } from './domain/order.ts'
import { orderMessage } from './events.ts'
import { orders } from './tables.ts'

export type PlaceOrders = (requests: readonly OrderRequest[]) => Promise<Placement[]>

/**
 * Stores a batch of orders and puts them on their way in one Postgres transaction, or leaves
 * nothing behind. Answers one placement for each request, in their sequence. The unique hash
 * decides between equal requests, in one batch or in two processes.
 */
export const placeOrders =
  ({ sql }: Database, onEnqueued: () => void): PlaceOrders =>
  async (requests) => {
    const placements = await retryRivalry(() =>
      sql.begin(async (tx) => {
        const created = await insert(tx, firstOfEachHash(requests))
        const earlier = await findByHash(
          tx,
          requests.flatMap(({ hash }) => (created.has(hash) ? [] : [hash])),
        )
        await enqueue(tx, [...created.values()].map(orderMessage))
        crashPoint('write.open')
        return requests.map((request) => placementOf(request, created, earlier))
      }),
    )
    crashPoint('write.committed')
    onEnqueued()
    return placements
  }

/** The next ones are compared with what the first one ordered. */
const firstOfEachHash = (requests: readonly OrderRequest[]): OrderRequest[] => {
  const seen = new Set<string>()
  return requests.filter(({ hash }) => !seen.has(hash) && seen.add(hash))
}

/** The first request of a hash gets its new order; the next ones in the batch repeat it. */
const placementOf = (
  request: OrderRequest,
  created: Map<string, Placed>,
  earlier: Map<string, Placed>,
): Placement => {
  const order = created.get(request.hash)
  if (order === undefined) {
    const known = earlier.get(request.hash)
    assert(known !== undefined, 'an order was neither stored nor found')
    return repeat(known, request)
  }
  created.delete(request.hash)
  earlier.set(request.hash, order)
  return { type: 'placed', order }
}

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
  new Map(
    rows.map(({ order_id, ...order }) => [order.hash, { ...order, orderId: Number(order_id) }]),
  )

export type OrderView = typeof orders.$inferSelect

export const findOrder = ({ orm }: Database) => {
  const prepared = orm
    .select()
    .from(orders)
    .where(eq(orders.orderId, query.placeholder('orderId')))
    .prepare('find_order')

  return async (orderId: number): Promise<OrderView | undefined> => {
    const [row] = await prepared.execute({ orderId })
    return row
  }
}
