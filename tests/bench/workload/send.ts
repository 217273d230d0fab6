import { type Connect, openKafka } from '../../../shared/kafka/client.ts'
import type { Outgoing } from '../../../shared/kafka/record.ts'

const BATCH = 5_000

/**
 * Writes records, in sequence, as fast as the broker takes them. All bear the same time, so that
 * the input is the same to the byte whenever and for whomever it is written.
 */
export const sendAll = async (
  connect: Connect,
  topic: string,
  records: Iterable<Omit<Outgoing, 'topic'>>,
  writtenAt: number,
): Promise<void> => {
  const producer = openKafka(connect).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    for (const batch of batches(records, BATCH)) {
      await producer.send({
        topic,
        acks: -1,
        messages: batch.map(({ key, value }) => ({ key, value, timestamp: String(writtenAt) })),
      })
    }
  } finally {
    await producer.disconnect()
  }
}

function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
