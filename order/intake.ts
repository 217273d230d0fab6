import * as v from 'valibot'
import { count, json } from '../shared/codec.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { deadLetter } from '../shared/kafka/dead-letter.ts'
import { decodeAll } from '../shared/kafka/decode-all.ts'
import type { Incoming, Outgoing } from '../shared/kafka/record.ts'
import type { Log } from '../shared/log.ts'
import { at, type Traced, traceIdOf } from '../shared/tracing/traceparent.ts'
import { observeDecision } from './decision-metrics.ts'
import { type Outcome, settle, statusAfter } from './domain/order.ts'
import type { OrderStore, Settled } from './store.ts'

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
 *
 * Each order that is settled has its line in the log, once: all of its story in one place.
 */
export const takeOutcomes =
  (store: Pick<OrderStore, 'settle'>, log: Log) =>
  async (records: readonly Incoming[]): Promise<Outgoing[]> => {
    const { read, dead } = decodeAll(records, ({ value }) => outcomeCodec.decode(value))
    if (read.length === 0) return dead
    const { told, unusable } = await store.settle(async (tx) => {
      const statuses = await tx.lock(read.map(({ value }) => value.orderId))
      const fresh: (Outcome & Traced)[] = []
      const refused: Outgoing[] = []
      for (const { record, value } of read) {
        const settlement = settle(statuses.get(value.orderId), value)
        if (settlement === 'settled') {
          fresh.push(at(record.traceparent, value))
          statuses.set(value.orderId, statusAfter(value))
        } else if (settlement !== 'repeated') {
          refused.push(deadLetter(record, settlement))
        }
      }
      const settled = await tx.settle(fresh)
      crashPoint('intake.open')
      return { told: storiesOf(fresh, settled), unusable: refused }
    })
    crashPoint('intake.committed')
    for (const story of told) {
      observeDecision(story)
      log.info(story, 'order decided')
    }
    return [...dead, ...unusable]
  }

/** What an order's line tells: which it was, what became of it, and after how long. */
const storiesOf = (outcomes: readonly (Outcome & Traced)[], settled: readonly Settled[]) => {
  const facts = new Map(settled.map((each) => [each.orderId, each]))
  return outcomes.map(({ traceparent, ...outcome }) => ({
    ...facts.get(outcome.orderId),
    ...outcome,
    ...traceIdOf({ traceparent }),
  }))
}
