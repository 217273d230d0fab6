import type { Connect } from '../../../shared/kafka/client.ts'
import {
  openPartitionReader,
  type PartitionReader,
} from '../../../shared/kafka/partition-reader.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'
import { pause } from '../../../shared/wait.ts'

const WAIT_MS = 500

export type WatchOptions = {
  connect: Connect
  topic: string
  partitions: number
  from: 'start' | 'end'
  /** After every read: who only counts must not take the processor from those who are counted. */
  restMs: number
  onRecords: (records: readonly Incoming[], seenAt: number) => void
}

/** Resolves when all readers are closed; rejects with what went wrong in one. */
export type StopWatching = () => Promise<void>

/** Reads all partitions of a topic, committed records only, until it is stopped. */
export const watchTopic = async (options: WatchOptions): Promise<StopWatching> => {
  const { connect, topic, partitions, from } = options
  const stopping = new AbortController()
  const places = await Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const reader = await openPartitionReader(connect, topic, partition)
      return { reader, position: from === 'start' ? 0n : await reader.end() }
    }),
  )
  const following = Promise.all(
    places.map(({ reader, position }) => follow(reader, position, options, stopping.signal)),
  )
  // Told when it is stopped; until then the deadline of whoever waits for records ends the run.
  following.catch(() => undefined)
  return async () => {
    stopping.abort()
    await following
  }
}

const follow = async (
  reader: PartitionReader,
  start: bigint,
  { restMs, onRecords }: WatchOptions,
  signal: AbortSignal,
): Promise<void> => {
  try {
    for (let position = start; !signal.aborted; ) {
      const { records, next } = await reader.read(position, WAIT_MS)
      if (records.length > 0) onRecords(records, performance.now())
      position = next
      if (restMs > 0) await pause(restMs, signal)
    }
  } finally {
    await reader.close()
  }
}
