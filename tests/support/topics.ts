import type { Admin, ITopicConfig } from 'kafkajs'
import { until } from './until.ts'

/** Creates topics that can be written to when this resolves. */
export const createTopics = async (admin: Admin, topics: ITopicConfig[]): Promise<void> => {
  await admin.createTopics({ topics, waitForLeaders: true })
  // A leader is named before it leads; it answers this question only once it does.
  for (const { topic } of topics) {
    await until(() => admin.fetchTopicOffsets(topic).then(() => true), {
      what: `${topic} to have a leader`,
    })
  }
}
