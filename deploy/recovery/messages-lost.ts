import { journalCodec, type Outcome, outcomeMessage, TOPICS } from '../../billing/events.ts'
import { enqueue } from '../../shared/outbox/enqueue.ts'
import type { Step } from '../local/steps.ts'
import { readTopic } from '../places/log-reader.ts'
import type { Databases } from '../places/sql.ts'
import { messagesOf } from '../verify/orders.ts'
import type { Recovery } from './running.ts'

const PAGE = 1_000

/** Outcomes that order or notification do not know are published once more; whoever knows them already passes over. */
export const messagesLostSteps = ({ places, databases }: Recovery): Step[] => [
  {
    title: 'Publish the outcomes again that have no message, or whose order is pending',
    run: async () => {
      let count = await sendMissing(databases, await refused(databases))
      for await (const records of readTopic(places.kafka, TOPICS.journal)) {
        const outcomes = records.flatMap(({ value }): Outcome[] => {
          const decoded = journalCodec.decode(value)
          if (!decoded.ok || decoded.value.orderId === null) return []
          const { account, amount, orderId, state, reason } = decoded.value
          const outcome = state === 'APPROVED' ? 'approved' : 'rejected'
          return [{ outcome, orderId, account, amount, reason }]
        })
        count += await sendMissing(databases, outcomes)
      }
      return `${count} outcomes`
    },
  },
]

const sendMissing = async (
  { order, billing, notification }: Databases,
  outcomes: readonly Outcome[],
): Promise<number> => {
  const ids = outcomes.map(({ orderId }) => BigInt(orderId))
  const known = await messagesOf(notification, ids)
  const rows = await order<{ order_id: bigint }[]>`
    select order_id from orders
    where order_id = any(${ids.map(String)}::bigint[]) and status = 'PENDING'`
  const pending = new Set(rows.map(({ order_id }) => order_id))
  const missing = outcomes.filter(({ orderId }) => {
    const id = BigInt(orderId)
    return !known.has(id) || pending.has(id)
  })
  await billing.begin((tx) => enqueue(tx, missing.map(outcomeMessage)))
  return missing.length
}

/** Of orders that named no account there is no journal. */
const refused = async ({ billing }: Databases): Promise<Outcome[]> => {
  const rows = await billing<{ account: string; order_id: bigint; amount: bigint }[]>`
    select account, order_id, amount from transactions where sequence is null`
  return rows.map(({ account, order_id, amount }) => ({
    outcome: 'rejected',
    orderId: Number(order_id),
    account,
    amount,
    reason: 'account_not_found',
  }))
}

/** How many orders have been decided for five minutes and have no message. */
export const countMissing = async ({ order, notification }: Databases): Promise<number> => {
  let count = 0
  for (let after = 0n; ; ) {
    const rows = await order<{ order_id: bigint }[]>`
      select order_id from orders
      where order_id > ${String(after)}::bigint and decided_at < now() - interval '5 minutes'
      order by order_id limit ${PAGE}`
    const ids = rows.map(({ order_id }) => order_id)
    count += ids.length - (await messagesOf(notification, ids)).size
    after = ids.at(-1) ?? after
    if (ids.length < PAGE) return count
  }
}
