import Batch from 'kafkajs/src/consumer/batch'
import type { Connect } from './client.ts'
import { tracedBy } from './headers.ts'
import { openPartitionLeader } from './partition-leader.ts'
import type { Incoming } from './record.ts'

/**
 * What one fetch brought. `next` is where to go on: past control and compacted records too; `end`
 * is one past the last record of the partition, `stable` where the first open transaction begins.
 */
export type Fetched = { records: Incoming[]; next: bigint; end: bigint; stable: bigint }

/** Reads one partition from wherever it is told to, without a consumer group. Read committed. */
export type PartitionReader = {
  /** Resolves with the records from `offset` on, or with none after `waitMs`. */
  read: (offset: bigint, waitMs: number) => Promise<Fetched>
  /** The first offset that is still retained. */
  start: () => Promise<bigint>
  /** One past the last offset written, whether committed or not. */
  end: () => Promise<bigint>
  /** A read that waits does not hold it up: it fails. */
  close: () => Promise<void>
}

/** Closes a reader when the signal is aborted. Answers how to call that off. */
export const closeOnAbort = (
  { close }: Pick<PartitionReader, 'close'>,
  signal: AbortSignal,
): (() => void) => {
  const aborted = () => void close().catch(() => {})
  signal.addEventListener('abort', aborted)
  if (signal.aborted) aborted()
  return () => signal.removeEventListener('abort', aborted)
}

/**
 * Of one fetch, at least one record batch: some 750 transactions. Billing has three readers for
 * each of its partitions; with four times as much it held 80 MB more and was no faster.
 */
const FETCH_BYTES_MAX = 131_072
const READ_UNCOMMITTED = 0
const READ_COMMITTED = 1
const LATEST = -1
const EARLIEST = -2

/**
 * kafkajs lets nobody read a partition that a group did not assign, and its consumer picks
 * positions on its own; a restore and the exactly-once loop need both in their own hands. This
 * uses the parts below its consumer: cluster (connections, metadata), fetch and batch decoding.
 *
 * Each reader has a connection of its own, because a broker answers one connection in sequence
 * and a fetch that waits for data would hold up everything behind it.
 */
export const openPartitionReader = async (
  connect: Connect,
  topic: string,
  partition: number,
  bytesMax = FETCH_BYTES_MAX,
): Promise<PartitionReader> => {
  const leader = await openPartitionLeader(connect, topic, partition)

  return {
    read,
    start: () => offsetAt(EARLIEST),
    end: () => offsetAt(LATEST),
    close: leader.close,
  }

  async function read(offset: bigint, waitMs: number): Promise<Fetched> {
    const fetchOffset = String(offset)
    const { responses } = await leader.ask((broker) =>
      broker.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: waitMs,
        minBytes: 1,
        maxBytes: bytesMax,
        topics: [{ topic, partitions: [{ partition, fetchOffset, maxBytes: bytesMax }] }],
      }),
    )
    const data = responses[0]?.partitions[0]
    if (data === undefined) return { records: [], next: offset, end: offset, stable: offset }
    const batch = new Batch(topic, fetchOffset, data)
    // Not kafkajs' `lastOffset()`: for an empty answer that is the high watermark, and going there
    // would skip whatever an open transaction has yet to commit.
    const { lastBatchOffset } = batch.rawMessages
    const next = lastBatchOffset === undefined ? offset : BigInt(lastBatchOffset) + 1n
    const records = batch.messages.map((message) => ({
      topic,
      partition,
      offset: BigInt(message.offset),
      key: message.key,
      value: message.value,
      timestamp: message.timestamp,
      ...tracedBy(message.headers),
    }))
    const [end, stable] = [BigInt(batch.highWatermark), BigInt(data.lastStableOffset)]
    return { records, next: next > offset ? next : offset, end, stable }
  }

  async function offsetAt(timestamp: number): Promise<bigint> {
    const { responses } = await leader.ask((broker) =>
      broker.listOffsets({
        isolationLevel: READ_UNCOMMITTED,
        topics: [{ topic, partitions: [{ partition, timestamp }] }],
      }),
    )
    return BigInt(responses[0]?.partitions[0]?.offset ?? '0')
  }
}
