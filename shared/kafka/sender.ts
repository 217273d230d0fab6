import type { TopicMessages } from 'kafkajs'
import { messageOf } from './headers.ts'
import type { KafkaClient, KafkaProducer } from './kafka-client.ts'
import type { Outgoing } from './record.ts'

/** Sends records outside of any transaction. Resolves when all replicas in sync have all of them. */
export type Sender = {
  send: (messages: readonly Outgoing[]) => Promise<void>
  close: () => Promise<void>
}

/**
 * At-least-once and in order: one request at a time, none repeated behind our back. An error
 * means "some of it may be there": the caller sends all of it again, and readers expect repeats.
 *
 * kafkajs' idempotence is not used. It demands hidden retries, rolls its sequence numbers back
 * after a lost response, and would only remove repeats that the gapless sequence absorbs anyway.
 */
export const openSender = (kafka: KafkaClient): Sender => {
  let current: KafkaProducer | undefined

  return { send, close: discard }

  async function send(messages: readonly Outgoing[]): Promise<void> {
    try {
      current ??= await open()
      await current.sendBatch({ acks: -1, timeout: 5_000, topicMessages: byTopic(messages) })
    } catch (error) {
      await discard()
      throw error
    }
  }

  async function open(): Promise<KafkaProducer> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      retry: { retries: 0 },
    })
    await producer.connect()
    return producer
  }

  async function discard(): Promise<void> {
    const producer = current
    current = undefined
    await producer?.disconnect()
  }
}

export const byTopic = (messages: readonly Outgoing[]): TopicMessages[] =>
  [...Map.groupBy(messages, ({ topic }) => topic)].map(([topic, list]) => ({
    topic,
    messages: list.map(messageOf),
  }))
