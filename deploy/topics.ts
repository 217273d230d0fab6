import { type Admin, KafkaJSAggregateError } from 'kafkajs'
import { BILLING_TOPICS } from '../billing/events.ts'
import { ORDER_TOPICS } from '../order/events.ts'
import { type Connect, openKafka } from '../shared/kafka/client.ts'
import { DEAD_LETTER } from '../shared/kafka/dead-letter.ts'
import { checkTopics, missingTopics, settingsOf, type Topic } from '../shared/kafka/topics.ts'
import { openLog } from '../shared/log.ts'

/** Every topic of the system, once. */
export const TOPICS: readonly Topic[] = [
  ...ORDER_TOPICS,
  ...BILLING_TOPICS,
  { name: DEAD_LETTER, policy: 'keep' },
]

export type TopicOptions = Omit<Connect, 'clientId' | 'log'> & {
  partitions: number
  replicationFactor: number
}

/**
 * Creates the topics that are missing and checks those that are there; answers the names of the
 * created ones. Never changes a topic: a WrongTopicError names what differs.
 */
export const ensureTopics = async ({
  partitions,
  replicationFactor,
  ...access
}: TopicOptions): Promise<string[]> => {
  const log = openLog('topics', 'warn')
  const admin = openKafka({ clientId: 'topics', ...access, log }).admin()
  await admin.connect()
  try {
    const missing = await missingTopics(
      admin,
      TOPICS.map(({ name }) => name),
    )
    if (missing.length > 0) {
      const topics = TOPICS.filter(({ name }) => missing.includes(name))
      await createTopics(admin, topics, { partitions, replicationFactor })
    }
    await checkTopics(admin, TOPICS, partitions)
    return missing
  } finally {
    await admin.disconnect()
  }
}

const createTopics = async (
  admin: Admin,
  topics: readonly Topic[],
  { partitions, replicationFactor }: Pick<TopicOptions, 'partitions' | 'replicationFactor'>,
): Promise<void> => {
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic) => ({
        topic: topic.name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(settingsOf(topic)).map(([name, value]) => ({ name, value })),
      })),
    })
  } catch (error) {
    // It only says that there were errors; the first of them says which.
    const first = error instanceof KafkaJSAggregateError ? error.errors[0] : undefined
    throw first instanceof Error ? first : error
  }
}
