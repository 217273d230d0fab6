import { type DumpRecord, placeOf, TOPIC_NAMES, type TopicName } from '../dump/dump.ts'
import { each, type Finding, type Invariant, type Problem, some, together } from './invariant.ts'
import type { View } from './view.ts'

/** Which topics each group reads. */
const READERS: Record<string, readonly TopicName[]> = {
  'billing-intake': ['order'],
  'billing-ledger': ['bankTransaction'],
  'order-outcomes': ['approvedOrderTransaction', 'rejectedOrderTransaction'],
  'notification-outcomes': ['approvedOrderTransaction', 'rejectedOrderTransaction'],
}
const LEDGER = 'billing-ledger'
const PROJECTED: readonly TopicName[] = ['bankBalance', 'processedTransaction']

/** Nothing is on its way any more, and nobody is further or less far than what they wrote. */
export const CONSUMED_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'outboxes-are-empty',
    promise: 'Everything that was decided in a database is on the log',
    find: ({ tables }) =>
      together(outbox('order', tables.orderOutbox), outbox('billing', tables.billingOutbox)),
  },
  {
    name: 'groups-are-at-the-end',
    promise: 'Each group has read every record of its topics, and claims no more than there is',
    find: ({ offsets, topics }) =>
      together(
        ...Object.entries(READERS).flatMap(([group, names]) =>
          names.map((topic) => {
            const read = offsets.groups[group]?.[topic] ?? []
            const positions = new Map(
              read.map(({ partition, committed }) => [partition, committed]),
            )
            return atTheEnd(group, topic, topics[topic].committed, positions, offsets)
          }),
        ),
      ),
  },
  {
    name: 'checkpoints-are-at-the-end',
    promise:
      'Each projection has stored every record of its topic, and claims no more than there is',
    find: ({ offsets, topics, tables }) =>
      together(
        ...PROJECTED.map((topic) => {
          const stored = tables.checkpoints.filter((row) => row.topic === topic)
          const positions = new Map(stored.map(({ partition, position }) => [partition, position]))
          return atTheEnd('the projection', topic, topics[topic].committed, positions, offsets)
        }),
      ),
  },
  {
    name: 'offsets-and-outputs-are-one',
    promise: 'The ledger’s committed offsets are exactly the inputs whose outputs are there',
    find: offsetsAndOutputs,
  },
  {
    name: 'no-transaction-hangs',
    promise: 'No transaction is open: the last stable offset is the end of every partition',
    find: ({ offsets }) =>
      each(TOPIC_NAMES, (topic) =>
        (offsets.topics[topic] ?? []).flatMap(({ partition, lastStable, end }) =>
          some(
            lastStable !== end && {
              detail: `${topic}/${partition} is stable up to ${lastStable} and ends at ${end}`,
              records: [`${topic}/${partition}@${lastStable}`],
            },
          ),
        ),
      ),
  },
]

const outbox = (service: string, rows: readonly { id: number; topic: string; key: string }[]) => ({
  looked: 1,
  problems: rows.map(
    ({ id, topic, key }): Problem => ({
      account: key,
      detail: `row ${id} for ${topic} is still in the outbox of ${service}`,
    }),
  ),
})

const atTheEnd = (
  who: string,
  topic: TopicName,
  records: readonly DumpRecord[],
  positions: ReadonlyMap<number, number>,
  offsets: View['offsets'],
): Finding => {
  const last = new Map(records.map((record) => [record.partition, record]))
  return each(offsets.topics[topic] ?? [], ({ partition, end }) => {
    const [record, position] = [last.get(partition), positions.get(partition) ?? 0]
    const where = `${who} is at ${position} of ${topic}/${partition}`
    return some(
      record && position <= record.offset && { detail: where, records: [placeOf(record)] },
      position > end && { detail: `${where}, which ends at ${end}` },
    )
  })
}

function offsetsAndOutputs({ offsets, fold, readings }: View): Finding {
  const committed = new Map(
    (offsets.groups[LEDGER]?.['bankTransaction'] ?? []).map((row) => [
      row.partition,
      row.committed,
    ]),
  )
  const lines = new Set(readings.journal.map(({ value }) => `${value.account} ${value.sequence}`))
  return together(
    each(readings.balances, ({ record, value: { account, source } }) => {
      const position = committed.get(record.partition) ?? 0
      const detail = `it was made of offset ${source}, and the ledger is at ${position}`
      return some(source >= BigInt(position) && { account, detail, records: [placeOf(record)] })
    }),
    each(fold.decided, ({ record, state: { account, sequence } }) => {
      const position = committed.get(record.partition) ?? 0
      const isRead = record.offset < position
      const isThere = lines.has(`${account} ${sequence}`)
      const detail = `the ledger is at ${position}, and ${isThere ? 'wrote' : 'did not write'} transaction ${sequence}`
      return some(isRead !== isThere && { account, detail, records: [placeOf(record)] })
    }),
  )
}
