import Batch from 'kafkajs/src/consumer/batch'
import { protocolError } from '../../../shared/kafka/client.ts'
import { tracedBy } from '../../../shared/kafka/headers.ts'
import { OffsetOutOfRangeError } from '../../../shared/kafka/partition-leader.ts'
import type { PartitionReader } from '../../../shared/kafka/partition-reader.ts'
import type { Cluster } from './cluster.ts'

/** As shared/kafka/partition-reader.ts, on a cluster in memory: what is fetched is kafkajs' batch. */
export const openReader = async (
  cluster: Cluster,
  topic: string,
  partition: number,
): Promise<PartitionReader> => {
  await cluster.connect()
  const node = await cluster.findBroker()

  const offsetAt = async (timestamp: number): Promise<bigint> => {
    const { responses } = await node.listOffsets({
      isolationLevel: 0,
      topics: [{ topic, partitions: [{ partition, timestamp }] }],
    })
    return BigInt(responses[0]?.partitions[0]?.offset ?? '0')
  }

  return {
    start: () => offsetAt(-2),
    end: () => offsetAt(-1),
    close: () => cluster.disconnect(),
    read: async (offset, waitMs) => {
      const fetchOffset = String(offset)
      const { responses } = await node
        .fetch({
          isolationLevel: 1,
          maxWaitTime: waitMs,
          topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes: 1_048_576 }] }],
        })
        .catch((error: unknown) => {
          if (protocolError(error) !== 'OFFSET_OUT_OF_RANGE') throw error
          throw new OffsetOutOfRangeError(`${topic}/${partition} does not have this offset`)
        })
      const data = responses[0]?.partitions[0]
      if (data === undefined) return { records: [], next: offset, end: offset, stable: offset }
      const batch = new Batch(topic, fetchOffset, data)
      const { lastBatchOffset } = batch.rawMessages
      const next = lastBatchOffset === undefined ? offset : BigInt(lastBatchOffset) + 1n
      const records = batch.messages.map((message) => ({
        topic,
        partition,
        offset: BigInt(message.offset),
        key: message.key,
        value: message.value,
        ...tracedBy(message.headers),
      }))
      const [end, stable] = [BigInt(batch.highWatermark), BigInt(data.lastStableOffset)]
      return { records, next: next > offset ? next : offset, end, stable }
    },
  }
}
