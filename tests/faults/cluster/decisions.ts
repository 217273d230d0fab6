import { TOPICS } from '../../../billing/events.ts'
import type { Connect } from '../../../shared/kafka/client.ts'
import { type KafkaClient, kafkaClient } from '../../../shared/kafka/kafka-client.ts'
import type { PartitionReader } from '../../../shared/kafka/partition-reader.ts'
import { pause } from '../../../shared/wait.ts'
import { until } from '../../support/until.ts'
import type { Decisions } from './types.ts'

const WAIT_MS = 500
const AGAIN_MS = 100
/** What was committed before a moment is visible so soon after it, and does not count. */
const VISIBLE_MS = 50

export type OpenDecisions = { decisions: Decisions; close: () => Promise<void> }

/**
 * Reads the journal of decisions at the broker itself: a fetch that waits for records is answered
 * when a transaction is committed, so the time of a decision is right to a few milliseconds.
 */
export const followDecisions = (connect: Connect, partitions: number): OpenDecisions => {
  const kafka = kafkaClient(connect)
  const closing = new AbortController()
  const seen: number[][] = Array.from({ length: partitions }, () => [])
  let count = 0
  const following = seen.map((times, partition) =>
    followPartition(kafka, partition, closing.signal, (records) => {
      count += records
      times.push(performance.now())
    }),
  )
  return {
    decisions: {
      count: () => count,
      async firstAfter(moment, { deadlineMs, partitions: wanted = [...seen.keys()] }) {
        const firsts = () =>
          wanted.map((partition) => firstBeyond(seen[partition] ?? [], moment + VISIBLE_MS))
        await until(() => firsts().every((time) => time !== undefined), {
          what: `a decision in each of the partitions ${wanted.join(', ')}`,
          deadlineMs,
        })
        return Math.max(...firsts().map((time) => time ?? 0))
      },
    },
    async close() {
      closing.abort()
      await Promise.all(following)
    },
  }
}

const followPartition = async (
  kafka: KafkaClient,
  partition: number,
  signal: AbortSignal,
  onRecords: (count: number) => void,
): Promise<void> => {
  let position: bigint | undefined
  while (!signal.aborted) {
    let reader: PartitionReader | undefined
    try {
      reader = await kafka.openReader(TOPICS.journal, partition)
      position ??= await reader.start()
      while (!signal.aborted) {
        const { records, next } = await reader.read(position, WAIT_MS)
        if (records.length > 0) onRecords(records.length)
        position = next
      }
    } catch {
      // The broker is away; that is what is being measured.
      await pause(AGAIN_MS, signal)
    } finally {
      await reader?.close().catch(() => undefined)
    }
  }
}

/** Of times in order. */
const firstBeyond = (times: readonly number[], moment: number): number | undefined => {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) > moment) high = middle
    else low = middle + 1
  }
  return times[low]
}
