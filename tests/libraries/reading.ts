import { withDeadline } from '../../shared/wait.ts'
import { client, unique } from './clients.ts'

export type Reading = { from?: number; until: string; maxBytesPerPartition?: number }

/** What a read-committed consumer gets from `from` up to and with the record of value `until`. */
export const consumed = async (topic: string, reading: Reading): Promise<string[]> => {
  const { from = 0, until, maxBytesPerPartition = 1_048_576 } = reading
  const consumer = (await client()).consumer({
    groupId: unique('reading'),
    maxWaitTimeInMs: 100,
    maxBytesPerPartition,
    allowAutoTopicCreation: false,
  })
  const values: string[] = []
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const found = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () =>
        consumer.seek({ topic, partition: 0, offset: String(from) }),
      )
      void consumer.run({
        autoCommit: false,
        eachMessage: async ({ message }) => {
          values.push(String(message.value))
          if (String(message.value) === until) resolve()
        },
      })
    })
    await withDeadline(found, 15_000, `the record ${until}`)
  } finally {
    await consumer.disconnect()
  }
  return values
}
