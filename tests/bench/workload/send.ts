import { type Connect, openKafka } from '../../../shared/kafka/client.ts'
import type { Outgoing } from '../../../shared/kafka/record.ts'
import { batches } from './batches.ts'

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
