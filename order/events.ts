import * as v from 'valibot'
import { bigint, codec, count } from '../shared/codec.ts'
import type { Topic } from '../shared/kafka/topics.ts'
import type { Placed } from './domain/order.ts'

/** What order publishes. Others read this topic with a schema of their own. */
export const TOPIC = 'order'

/** Kept for ever: billing may have to take every order again. */
export const ORDER_TOPICS: readonly Topic[] = [{ name: TOPIC, policy: 'keep' }]

/** An order that was accepted. `amount` is in minor units. */
export const OrderSchema = v.object({
  orderId: count,
  account: v.string(),
  amount: bigint,
  hash: v.string(),
})
export const orderCodec = codec(OrderSchema, (order) => ({
  ...order,
  amount: String(order.amount),
}))

export const orderMessage = ({ orderId, account, amount, hash }: Placed) => ({
  topic: TOPIC,
  key: account,
  value: orderCodec.encode({ orderId, account, amount, hash }),
})
