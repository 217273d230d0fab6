import { assert } from '../shared/assert.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { at, type Traced } from '../shared/tracing/traceparent.ts'
import { type OrderRequest, type Placed, type Placement, repeat } from './domain/order.ts'
import { orderMessage } from './events.ts'
import type { OrderStore } from './store.ts'
import type { orders } from './tables.ts'

export type PlaceOrders = (requests: readonly (OrderRequest & Traced)[]) => Promise<Placement[]>

/**
 * Stores a batch of orders and puts them on their way in one Postgres transaction, or leaves
 * nothing behind. Answers one placement for each request, in their sequence. The unique hash
 * decides between equal requests, in one batch or in two processes. An order belongs to the trace
 * of the request that it was made for, not of those that repeat it.
 */
export const placeOrders =
  ({ place }: Pick<OrderStore, 'place'>, onEnqueued: () => void): PlaceOrders =>
  async (requests) => {
    const placements = await place(async (tx) => {
      const firsts = firstOfEachHash(requests)
      const created = await tx.insert(firsts)
      const earlier = await tx.findByHash(
        requests.flatMap(({ hash }) => (created.has(hash) ? [] : [hash])),
      )
      await tx.enqueue(
        firsts.flatMap(({ hash, traceparent }) => {
          const order = created.get(hash)
          return order === undefined ? [] : [at(traceparent, orderMessage(order))]
        }),
      )
      crashPoint('write.open')
      return requests.map((request) => placementOf(request, created, earlier))
    })
    crashPoint('write.committed')
    onEnqueued()
    return placements
  }

/** The next ones are compared with what the first one ordered. */
const firstOfEachHash = <T extends OrderRequest>(requests: readonly T[]): T[] => {
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

export type OrderView = typeof orders.$inferSelect
