import * as v from 'valibot'
import { unreachable } from '../shared/assert.ts'
import { amount, money } from '../shared/http/amount.ts'
import type { DoorOptions } from '../shared/http/door.ts'
import { refusals } from '../shared/http/problem.ts'
import { isAbout, traceOf } from '../shared/http/request-context.ts'
import { service } from '../shared/http/service.ts'
import type { Traced } from '../shared/tracing/traceparent.ts'
import type { OrderRequest, Placement } from './domain/order.ts'
import { accountField, hashField, orderIdField } from './fields.ts'
import type { OrderView } from './orders.ts'

export type OrderDeps = {
  place: (request: OrderRequest & Traced) => Promise<Placement>
  find: (orderId: number) => Promise<OrderView | undefined>
}

const refuse = refusals({
  order_exists: { status: 400, ru: 'Заказ уже был создан', en: 'The order was placed already' },
  order_not_found: { status: 404, ru: 'Заказ не найден', en: 'There is no such order' },
  hash_reused: {
    status: 422,
    ru: 'Этот hash уже использован для другого заказа',
    en: 'This hash was used for another order',
  },
})

const CreateOrder = v.strictObject({ account: accountField, amount, hash: hashField })
const OrderBody = v.object({
  orderId: v.number(),
  account: v.string(),
  amount: money,
  status: v.picklist(['PENDING', 'COMPLETE', 'FAILED']),
  reason: v.optional(v.string()),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  decidedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
})

/** Orders: place one, ask what became of it. */
export const orderApi = ({ place, find }: OrderDeps, options: DoorOptions) =>
  service({ ...options, prefix: '/order-service', title: 'Orders' })
    .post(
      '/order/create',
      async ({ body, set, request }) => {
        const placement = await place({ ...body, ...traceOf(request) })
        switch (placement.type) {
          case 'placed':
            isAbout(request, { orderId: placement.order.orderId, account: body.account })
            set.status = 201
            set.headers['content-type'] = 'text/plain; charset=utf-8'
            return String(placement.order.orderId)
          case 'repeated':
            isAbout(request, { orderId: placement.order.orderId, account: body.account })
            // Whoever lost the first answer learns the number from this one.
            return refuse('order_exists', { extension: { orderId: placement.order.orderId } })
          case 'hash_reused':
            return refuse('hash_reused')
          default:
            return unreachable(placement)
        }
      },
      {
        body: CreateOrder,
        response: {
          201: v.pipe(v.string(), v.description('The number of the order'), v.examples(['42'])),
          ...refuse.responses('order_exists', 'hash_reused'),
        },
        detail: { summary: 'Place an order; acknowledged means that it will be decided, once' },
      },
    )
    .get(
      '/order/:orderId',
      async ({ params }) => {
        const found = await find(params.orderId)
        return found === undefined ? refuse('order_not_found') : bodyOf(found)
      },
      {
        params: v.object({ orderId: orderIdField }),
        response: { 200: OrderBody, ...refuse.responses('order_not_found') },
        detail: { summary: 'What became of an order' },
      },
    )

const bodyOf = ({
  orderId,
  account,
  amount: minor,
  status,
  reason,
  createdAt,
  decidedAt,
}: OrderView) => ({
  orderId,
  account,
  amount: minor,
  status,
  ...(reason === null ? {} : { reason }),
  createdAt: new Date(createdAt).toISOString(),
  ...(decidedAt === null ? {} : { decidedAt: new Date(decidedAt).toISOString() }),
})
