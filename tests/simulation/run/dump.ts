import {
  type Batch,
  type Dump,
  type DumpRecord,
  type Offsets,
  TOPIC_NAMES,
  type TopicName,
} from '../../faults/dump/dump.ts'
import { isAborted, type LogBatch, type Partition } from '../log/partition.ts'
import type { Environment } from './environment.ts'
import type { History } from './history.ts'
import { tablesOf } from './tables.ts'

/** Everything that a run left behind, in the form in which the checker takes that of real ones. */
export const dumpOf = (environment: Environment, { operations }: History): Dump => {
  const { broker, stores, scenario, planted } = environment
  const partitionsOf = (topic: TopicName): Partition[] => broker.topics.get(topic) ?? []
  return {
    run: { partitions: scenario.partitions, seed: scenario.seed },
    operations,
    topics: Object.fromEntries(
      TOPIC_NAMES.map((topic) => {
        const read = partitionsOf(topic).map(recordsIn)
        return [
          topic,
          {
            committed: read.flatMap(({ committed }) => committed),
            uncommitted: read.flatMap(({ uncommitted }) => uncommitted),
          },
        ]
      }),
    ) as Dump['topics'],
    offsets: offsetsOf(environment),
    tables: tablesOf(stores),
    faults: planted,
    batches: TOPIC_NAMES.flatMap((topic) =>
      partitionsOf(topic).flatMap(({ batches, partition }) =>
        batches.map((batch) => batchOf(topic, partition, batch)),
      ),
    ),
    transactions: broker.transactions.notes,
  }
}

/** As a reader sees them that does not wait for transactions to end, and as one that does. */
const recordsIn = (of: Partition) => {
  const { topic, partition, batches, aborted } = of
  const committed: DumpRecord[] = []
  const uncommitted: DumpRecord[] = []
  const limit = of.lastStable()
  for (const batch of batches) {
    if (batch.control !== undefined) continue
    const isVisible = batch.first < limit && !isAborted(batch, aborted)
    for (const { offset, key, value, timestamp } of batch.messages) {
      const record: DumpRecord = {
        topic: topic as TopicName,
        partition,
        offset: Number(offset),
        key: key === null ? null : key.toString(),
        value: value === null ? null : value.toString(),
        timestamp: Number(timestamp),
      }
      uncommitted.push(record)
      if (isVisible) committed.push(record)
    }
  }
  return { committed, uncommitted }
}

const batchOf = (topic: TopicName, partition: number, batch: LogBatch): Batch => ({
  topic,
  partition,
  baseOffset: batch.first,
  lastOffset: batch.last,
  count: batch.messages.length,
  producerId: batch.producerId,
  producerEpoch: batch.epoch,
  isTransactional: batch.isTransactional,
  control: batch.control,
})

const offsetsOf = ({ broker }: Environment): Offsets => {
  const groups: Offsets['groups'] = {}
  for (const { group, topic, partition, offset } of broker.offsets.all()) {
    const topics = (groups[group] ??= {})
    const list = (topics[topic] ??= [])
    list.push({ partition, committed: Number(offset) })
  }
  const topics = Object.fromEntries(
    [...broker.topics].map(([topic, partitions]) => [
      topic,
      partitions.map((each) => ({
        partition: each.partition,
        start: each.start,
        lastStable: each.lastStable(),
        end: each.end,
      })),
    ]),
  )
  return { topics, groups }
}
