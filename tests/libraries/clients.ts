import { Kafka, logLevel, type Producer } from 'kafkajs'
import { broker } from '../support/broker.ts'
import { createTopics } from '../support/topics.ts'

// Plain kafkajs, without what shared/kafka puts around it: these tests are about the library.

type Settings = { retry?: { retries: number } }

export const client = async (settings: Settings = {}): Promise<Kafka> =>
  new Kafka({
    brokers: [await broker()],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 10 },
    ...settings,
  })

/** A new topic of one partition with a name of its own. */
export const newTopic = async (config: Record<string, string> = {}): Promise<string> => {
  const topic = unique('libraries')
  const admin = (await client()).admin()
  await admin.connect()
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  const topics = [{ topic, numPartitions: 1, replicationFactor: 1, configEntries }]
  await createTopics(admin, topics)
  await admin.disconnect()
  return topic
}

export const unique = (name: string): string => `${name}-${crypto.randomUUID()}`

/** As the ledger's: no retry hides what the broker answered. */
export const transactional = async (
  transactionalId: string,
  settings?: Settings,
): Promise<Producer> => {
  const kafka = await client(settings)
  const producer = kafka.producer({
    transactionalId,
    idempotent: false,
    maxInFlightRequests: 1,
    transactionTimeout: 10_000,
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
  })
  await producer.connect()
  return producer
}

/** The offset that the group has committed for partition 0, -1 when none. */
export const committedOffset = async (groupId: string, topic: string): Promise<string> => {
  const admin = (await client()).admin()
  await admin.connect()
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
  await admin.disconnect()
  return offsets?.partitions[0]?.offset ?? '-1'
}
