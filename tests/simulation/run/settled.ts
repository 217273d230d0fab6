import { isAborted, type Partition } from '../log/partition.ts'
import type { Environment } from './environment.ts'
import type { Instance } from './instance.ts'

/** What is still to be done, in words; undefined when all that was accepted is done everywhere. */
export const unsettled = (
  environment: Environment,
  instances: readonly Instance[],
): string | undefined => {
  const waiting = instances.find((instance) => !instance.isReady())
  if (waiting !== undefined) return `${waiting.name} is not ready`
  const { order, billing, notification } = environment.stores
  if (order.outbox.rows.size > 0) return 'the outbox of order is not empty'
  if (billing.outbox.rows.size > 0) return 'the outbox of billing is not empty'
  for (const { orderId, status } of order.orders.rows.values()) {
    if (status === 'PENDING') return `order ${orderId} is pending`
    if (!notification.messages.rows.has(String(orderId))) return `order ${orderId} has no message`
  }
  for (const { account, lastSequence } of billing.accounts.rows.values()) {
    const stored = billing.balances.rows.get(account)?.sequence ?? 0
    if (stored < lastSequence) return `${account} is at ${stored} of ${lastSequence}`
    for (let sequence = lastSequence; sequence > 0; sequence -= 1) {
      if (!billing.journal.rows.has(`${account} ${sequence}`)) {
        return `the journal of ${account} has no ${sequence}`
      }
    }
  }
  return unread(environment)
}

/** Of whom: everything that reads a topic, and where it keeps how far it got. */
const READERS: Record<string, readonly string[]> = {
  'billing-intake': ['order'],
  'billing-ledger': ['bankTransaction'],
  'order-outcomes': ['approvedOrderTransaction', 'rejectedOrderTransaction'],
  'notification-outcomes': ['approvedOrderTransaction', 'rejectedOrderTransaction'],
}

const unread = ({ stores, broker }: Environment): string | undefined => {
  for (const partitions of broker.topics.values()) {
    for (const partition of partitions) {
      if (partition.lastStable() < partition.end) {
        return `${partition.topic}/${partition.partition} has an open transaction`
      }
    }
  }
  for (const [group, topics] of Object.entries(READERS)) {
    for (const partition of topics.flatMap((topic) => broker.topics.get(topic) ?? [])) {
      const { topic, partition: index } = partition
      if (Number(broker.offsets.of(group, topic, index)) <= lastRecord(partition)) {
        return `${group} is not at the end of ${topic}/${index}`
      }
    }
  }
  for (const topic of ['bankBalance', 'processedTransaction']) {
    for (const { partition, end } of broker.topics.get(topic) ?? []) {
      const row = stores.billing.checkpoints.rows.get(`${topic} ${partition}`)
      if (Number(row?.position ?? 0) < end) return `${topic}/${partition} is not stored`
    }
  }
  return undefined
}

/** The offset of the last record that a reader can see; below -1 for an empty partition. */
const lastRecord = ({ batches, aborted }: Partition): number =>
  batches.findLast(
    (batch) =>
      batch.control === undefined && batch.messages.length > 0 && !isAborted(batch, aborted),
  )?.last ?? -2
