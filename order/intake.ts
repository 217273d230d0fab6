import * as v from 'valibot'
import { count, json } from '../shared/codec.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { type Database, retryRivalry, type Transaction as Tx } from '../shared/database.ts'
import { deadLetter } from '../shared/kafka/dead-letter.ts'
import { decodeAll } from '../shared/kafka/decode-all.ts'
import type { Incoming, Outgoing } from '../shared/kafka/record.ts'
import { type Outcome, type Status, settle, statusAfter } from './domain/order.ts'

/** Where outcomes come from, and what order needs to know of one. */
export const OUTCOMES = ['approvedOrderTransaction', 'rejectedOrderTransaction'] as const
export const OutcomeSchema = v.object({
  orderId: count,
  outcome: v.picklist(['approved', 'rejected']),
  reason: v.nullable(v.string()),
})
const outcomeCodec = json(OutcomeSchema)

/**
 * Settles a batch of orders in one Postgres transaction. An outcome that comes again changes
 * nothing; one that contradicts an earlier one, or names no order of ours, is set aside.
 */
export const takeOutcomes =
  ({ sql }: Database) =>
  async (records: readonly Incoming[]): Promise<Outgoing[]> => {
    const { read, dead } = decodeAll(records, ({ value }) => outcomeCodec.decode(value))
    if (read.length === 0) return dead
    const unsettled = await retryRivalry(() =>
      sql.begin(async (tx) => {
        const statuses = await lock(
          tx,
          read.map(({ value }) => value.orderId),
        )
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
        await update(tx, settled)
        crashPoint('intake.open')
        return unusable
      }),
    )
    crashPoint('intake.committed')
    return [...dead, ...unsettled]
  }

const lock = async (tx: Tx, ids: readonly number[]): Promise<Map<number, Status>> => {
  const rows = await tx<{ order_id: bigint; status: Status }[]>`
    select order_id, status from orders where order_id = any(${[...ids]}::bigint[])
    order by order_id for update`
  return new Map(rows.map(({ order_id, status }) => [Number(order_id), status]))
}

const update = async (tx: Tx, outcomes: readonly Outcome[]): Promise<void> => {
  if (outcomes.length === 0) return
  await tx`
    update orders set status = new.status, reason = new.reason, decided_at = now()
    from unnest(
      ${outcomes.map(({ orderId }) => orderId)}::bigint[],
      ${outcomes.map(statusAfter)}::text[],
      ${outcomes.map(({ reason }) => reason)}::text[]
    ) as new (order_id, status, reason)
    where orders.order_id = new.order_id`
}
