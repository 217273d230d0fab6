import * as v from 'valibot'
import { count, json } from '../shared/codec.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { deadLetter } from '../shared/kafka/dead-letter.ts'
import { decodeAll } from '../shared/kafka/decode-all.ts'
import type { Incoming, Outgoing } from '../shared/kafka/record.ts'
import { type Outcome, settle, statusAfter } from './domain/order.ts'
import type { OrderStore } from './store.ts'

/** Where outcomes come from, and what order needs to know of one. */
export const OUTCOMES = ['approvedOrderTransaction', 'rejectedOrderTransaction'] as const
export const OutcomeSchema = v.object({
  orderId: count,
  outcome: v.picklist(['approved', 'rejected']),
  reason: v.nullable(v.string()),
})
const outcomeCodec = json(OutcomeSchema)

/**
 * Settles a batch of orders in one transaction. An outcome that comes again changes
 * nothing; one that contradicts an earlier one, or names no order of ours, is set aside.
 */
export const takeOutcomes =
  (store: Pick<OrderStore, 'settle'>) =>
  async (records: readonly Incoming[]): Promise<Outgoing[]> => {
    const { read, dead } = decodeAll(records, ({ value }) => outcomeCodec.decode(value))
    if (read.length === 0) return dead
    const unsettled = await store.settle(async (tx) => {
      const statuses = await tx.lock(read.map(({ value }) => value.orderId))
      const settled: Outcome[] = []
      const unusable: Outgoing[] = []
      for (const { record, value } of read) {
        const settlement = settle(statuses.get(value.orderId), value)
        if (settlement === 'settled') {
          settled.push(value)
          statuses.set(value.orderId, statusAfter(value))
        } else if (settlement !== 'repeated') {
          unusable.push(deadLetter(record, settlement))
        }
      }
      await tx.settle(settled)
      crashPoint('intake.open')
      return unusable
    })
    crashPoint('intake.committed')
    return [...dead, ...unsettled]
  }
