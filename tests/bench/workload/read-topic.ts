import type { Connect } from '../../../shared/kafka/client.ts'
import { openPartitionReader } from '../../../shared/kafka/partition-reader.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'

const WAIT_MS = 500

/** All committed records of a topic, of each partition in sequence. */
export async function* readTopic(
  connect: Connect,
  topic: string,
  partitions: number,
): AsyncGenerator<Incoming> {
  for (let partition = 0; partition < partitions; partition++) {
    const reader = await openPartitionReader(connect, topic, partition)
    try {
      const end = await reader.end()
      for (let position = 0n; position < end; ) {
        const { records, next } = await reader.read(position, WAIT_MS)
        yield* records
        // What is not committed by now is missing, and the comparison says so.
        if (next === position) break
        position = next
      }
    } finally {
      await reader.close()
    }
  }
}
