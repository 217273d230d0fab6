import * as v from 'valibot'
import { count, json } from '../shared/codec.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { deadLetter } from '../shared/kafka/dead-letter.ts'
import { decodeAll } from '../shared/kafka/decode-all.ts'
import type { Incoming, Outgoing } from '../shared/kafka/record.ts'
import type { Log } from '../shared/log.ts'
import { traceIdOf } from '../shared/tracing/traceparent.ts'
import type { KeepMessages } from './messages.ts'

/** Where outcomes come from, and what notification needs to know of one. */
export const OUTCOMES = ['approvedOrderTransaction', 'rejectedOrderTransaction'] as const
export const OutcomeSchema = v.object({
  orderId: count,
  outcome: v.picklist(['approved', 'rejected']),
})
const outcomeCodec = json(OutcomeSchema)

/**
 * Keeps a message for each outcome of a batch. One that comes again changes nothing; one that
 * contradicts the message that was kept is set aside.
 */
export const takeOutcomes =
  (keep: KeepMessages, log: Log) =>
  async (records: readonly Incoming[]): Promise<Outgoing[]> => {
    const { read, dead } = decodeAll(records, ({ value }) => outcomeCodec.decode(value))
    if (read.length === 0) return dead
    const kept = await keep(read.map(({ value }) => value))
    crashPoint('intake.committed')
    const conflicts = read.flatMap(({ record, value }) => {
      log.debug({ ...value, ...traceIdOf(record) }, 'message kept')
      return kept.get(value.orderId) === value.outcome ? [] : [deadLetter(record, 'conflict')]
    })
    return [...dead, ...conflicts]
  }
