import type { Producer, ProducerConfig } from 'kafkajs'
import { openKafka } from '../../../shared/kafka/client.ts'
import { type KafkaClient, kafkaClient } from '../../../shared/kafka/kafka-client.ts'
import { openLog } from '../../../shared/log.ts'
import { broker } from '../../support/broker.ts'
import { createTopics } from '../../support/topics.ts'
import { Broker } from '../log/broker.ts'
import { kafkaInMemory } from '../log/client.ts'
import { NOBODY_WATCHES } from '../log/watch.ts'
import { inVirtualTime } from './virtual.ts'

/** With all of kafkajs' producer: what the log does is tried step by step. */
export type LogClient = Omit<KafkaClient, 'producer'> & {
  producer: (config: ProducerConfig) => Producer
}

/** A log to try: what a test needs of it, whether it is real or in memory. */
export type LogSubject = {
  /** As another process would have it. */
  client: () => LogClient
  /** New, of two partitions. */
  topic: string
  group: string
  id: string
}

export type LogSubjects = readonly [
  string,
  (body: (subject: LogSubject) => Promise<void>) => Promise<void>,
][]

const names = (topic: string) => ({ topic, group: `${topic}-group`, id: `${topic}-id` })

const inMemory = (body: (subject: LogSubject) => Promise<void>): Promise<void> =>
  inVirtualTime(async (world) => {
    const log = new Broker({
      world,
      topics: ['topic'],
      partitions: 2,
      markerDelayMs: 3,
      shortFetch: 0,
      watch: NOBODY_WATCHES,
    })
    const calm = { latencyMs: 1, slow: 0, requestLost: 0, replyLost: 0, requestLate: 0 }
    let clients = 0
    const client = (): LogClient => {
      clients += 1
      // The same process to the clock: a test is one.
      const process = Object.assign(Object.create(world.current), { name: `client-${clients}` })
      return kafkaInMemory({ world, broker: log, process, weather: () => calm })
    }
    await body({ client, ...names('topic') })
  })

const onBroker = async (body: (subject: LogSubject) => Promise<void>): Promise<void> => {
  const connect = {
    clientId: 'contract',
    brokers: [await broker()],
    log: openLog('contract', 'silent'),
  }
  const topic = `contract-${crypto.randomUUID()}`
  const admin = openKafka(connect).admin()
  await admin.connect()
  await createTopics(admin, [{ topic, numPartitions: 2 }])
  // A leader is named before it leads; it answers this question only once it does.
  await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const producer = (config: ProducerConfig) => openKafka(connect).producer(config)
  await body({ client: () => ({ ...kafkaClient(connect), producer }), ...names(topic) })
}

/** The real one and its double: whatever holds for one must hold for the other. */
export const LOGS: LogSubjects = [
  ['in memory', inMemory],
  ['a real broker', onBroker],
]
