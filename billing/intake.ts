import * as v from 'valibot'
import { bigint, count, type Decoded, json } from '../shared/codec.ts'
import { deadLetter } from '../shared/kafka/dead-letter.ts'
import { decodeAll } from '../shared/kafka/decode-all.ts'
import type { Incoming, Outgoing } from '../shared/kafka/record.ts'
import type { Log } from '../shared/log.ts'
import { at, traceIdOf } from '../shared/tracing/traceparent.ts'
import type { PaymentRequest } from './domain/admission.ts'
import type { Record } from './record.ts'

/** Where orders come from, and what billing needs to know of one. */
export const ORDERS = 'order'
export const OrderSchema = v.object({
  orderId: count,
  account: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  amount: v.pipe(bigint, v.minValue(1n)),
  hash: v.string(),
})
const orderCodec = json(OrderSchema)

/**
 * Takes a batch of orders into the books: each becomes a numbered transaction of its account, or
 * is refused for want of one. Orders that come again change nothing.
 */
export const takeOrders =
  (record: Record, log: Log) =>
  async (records: readonly Incoming[]): Promise<Outgoing[]> => {
    const { read, dead } = decodeAll(records, decodeOrder)
    if (read.length === 0) return dead
    const admissions = await record(
      read.map(({ record: { traceparent }, value }) => at(traceparent, value)),
    )
    const conflicts = read.flatMap(({ record: source, value }, index) => {
      const admission = admissions[index]
      const { orderId, account } = value
      log.debug({ orderId, account, as: admission?.type, ...traceIdOf(source) }, 'order taken')
      // One order id, two orders: whichever came first stands, and somebody has to look.
      return admission?.type === 'refused' ? [deadLetter(source, admission.refusal)] : []
    })
    return [...dead, ...conflicts]
  }

const decodeOrder = (record: Incoming): Decoded<PaymentRequest> => {
  const decoded = orderCodec.decode(record.value)
  if (!decoded.ok) return decoded
  if (record.key?.toString() !== decoded.value.account) {
    return { ok: false, reason: 'the key is not the account' }
  }
  return { ok: true, value: { type: 'payment', ...decoded.value } }
}
