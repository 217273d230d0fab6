import { outcomeCodec, TOPICS } from '../../billing/events.ts'
import { TOPIC as ORDERS, orderCodec } from '../../order/events.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import { partitionsOf, readPartition, withAdmin } from '../places/log-reader.ts'
import type { Audit } from './audit.ts'
import { decisionsOf, messagesOf, outcomeOf } from './orders.ts'

/** Every outcome that is on the topics, against those who read it and against the journal. */
export const verifyOutcomes = async (audit: Audit): Promise<void> => {
  const { kafka, pace } = audit
  for (const topic of [TOPICS.approved, TOPICS.rejected]) {
    const positions = {
      order: await committed(audit, 'order-outcomes', topic),
      notification: await committed(audit, 'notification-outcomes', topic),
    }
    for (const partition of await partitionsOf(kafka, topic)) {
      const done = {
        order: positions.order.get(partition) ?? 0n,
        notification: positions.notification.get(partition) ?? 0n,
      }
      for await (const records of readPartition(kafka, topic, partition)) {
        await compareOutcomes(audit, records, done)
        await pace()
      }
    }
  }
}

type Done = { order: bigint; notification: bigint }

/** Below the position of its reader an outcome has been taken in; above it is on its way. */
const compareOutcomes = async (
  { databases, findings }: Audit,
  records: readonly Incoming[],
  done: Done,
): Promise<void> => {
  const read = records.flatMap((record) => {
    const decoded = outcomeCodec.decode(record.value)
    return decoded.ok ? [{ record, value: decoded.value, id: BigInt(decoded.value.orderId) }] : []
  })
  const ids = read.map(({ id }) => id)
  const [decisions, messages, statuses] = await Promise.all([
    decisionsOf(databases.billing, ids),
    messagesOf(databases.notification, ids),
    databases.order<{ order_id: bigint; status: string }[]>`
      select order_id, status from orders where order_id = any(${ids.map(String)}::bigint[])`,
  ])
  const known = new Map(statuses.map(({ order_id, status }) => [order_id, status]))
  for (const { record, value, id } of read) {
    const { topic, partition, offset } = record
    const { account, orderId, outcome } = value
    findings.looked(topic, 1)
    const found = (text: string) => {
      const where = `${topic}/${partition}@${offset}`
      findings.found({ check: topic, account, orderId, record: where, text })
    }
    const decision = decisions.get(id)
    const decided = decision && outcomeOf(decision)
    if (decision === undefined) found('billing does not know this order')
    else if (decided !== undefined && decided !== outcome) found(`the journal says ${decided}`)
    const status = known.get(id)
    const wanted = outcome === 'approved' ? 'COMPLETE' : 'FAILED'
    if (offset < done.order && status !== wanted) found(`order has it as ${status ?? 'unknown'}`)
    const message = messages.get(id)
    if (offset < done.notification && message !== outcome)
      found(`its message is ${message ?? 'missing'}`)
  }
}

/** How far a group has got, as it was before anything else is read. */
const committed = (
  { kafka }: Audit,
  groupId: string,
  topic: string,
): Promise<Map<number, bigint>> =>
  withAdmin(kafka, async (admin) => {
    const groups = await admin.fetchOffsets({ groupId, topics: [topic] })
    return new Map(
      groups.flatMap(({ partitions }) =>
        partitions.map(({ partition, offset }): [number, bigint] => [partition, BigInt(offset)]),
      ),
    )
  })

/** Every order that was sent, against what order has: it is stored before it is sent. */
export const verifyOrderTopic = async ({
  kafka,
  databases,
  findings,
  pace,
}: Audit): Promise<void> => {
  for (const partition of await partitionsOf(kafka, ORDERS)) {
    for await (const records of readPartition(kafka, ORDERS, partition)) {
      const read = records.flatMap((record) => {
        const decoded = orderCodec.decode(record.value)
        // With another's key it was set aside.
        if (!decoded.ok || record.key?.toString() !== decoded.value.account) return []
        return [{ record, value: decoded.value }]
      })
      const ids = read.map(({ value }) => String(value.orderId))
      const rows = await databases.order<
        { order_id: bigint; account: string; amount: bigint; hash: string }[]
      >`select order_id, account, amount, hash from orders where order_id = any(${ids}::bigint[])`
      const stored = new Map(
        rows.map(({ order_id, ...wish }) => [
          Number(order_id),
          orderCodec.encode({ orderId: Number(order_id), ...wish }),
        ]),
      )
      findings.looked(ORDERS, read.length)
      for (const { record, value } of read) {
        const { account, orderId } = value
        const own = stored.get(orderId)
        if (own === orderCodec.encode(value)) continue
        const where = `${ORDERS}/${partition}@${record.offset}`
        const text = `the topic says ${orderCodec.encode(value)}, order has ${own ?? 'nothing'}`
        findings.found({ check: ORDERS, account, orderId, record: where, text })
      }
      await pace()
    }
  }
}
