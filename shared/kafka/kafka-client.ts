import type { Admin, Consumer, ConsumerConfig, Producer, ProducerConfig } from 'kafkajs'
import { type Connect, openKafka } from './client.ts'
import { openCluster } from './cluster.ts'
import { dismissGhost } from './ghost.ts'
import { openPartitionReader, type PartitionReader } from './partition-reader.ts'
import { openTransactions, type Transactions, type TransactionsOptions } from './transactions.ts'

/**
 * All that the loops need of a Kafka-compatible log. The loops are written against this and not
 * against a connection, so that the simulation can run them, as they are, on a log in memory.
 */
export type KafkaClient = {
  producer: (config: ProducerConfig) => KafkaProducer
  consumer: (config: ConsumerConfig) => KafkaConsumer
  admin: () => KafkaAdmin
  openReader: (topic: string, partition: number) => Promise<PartitionReader>
  transactions: (options: TransactionsOptions) => Transactions
}

export type KafkaProducer = Pick<Producer, 'connect' | 'disconnect' | 'sendBatch'>
export type KafkaConsumer = Pick<
  Consumer,
  'connect' | 'disconnect' | 'subscribe' | 'run' | 'pause' | 'on' | 'events'
>
export type KafkaAdmin = Pick<Admin, 'connect' | 'disconnect' | 'fetchOffsets'>

/**
 * kafkajs, with a client object for each role: it keeps a map of committed offsets per `Kafka`
 * object, and a consumer that shares one with others may go by theirs.
 *
 * `instance` names this process among those of its service, the same after a restart.
 */
export const kafkaClient = (connect: Connect, instance?: string): KafkaClient => ({
  producer: (config) => openKafka(connect).producer(config),
  consumer: (config) =>
    instance === undefined
      ? openKafka(connect).consumer(config)
      : consumerWithoutGhost({ ...connect, clientId: `${connect.clientId}@${instance}` }, config),
  admin: () => openKafka(connect).admin({ retry: { retries: 3 } }),
  openReader: (topic, partition) => openPartitionReader(connect, topic, partition),
  transactions: (options) => openTransactions(openCluster(connect), options),
})

const consumerWithoutGhost = (connect: Connect, config: ConsumerConfig): KafkaConsumer => {
  const consumer = openKafka(connect).consumer(config)
  return {
    ...consumer,
    connect: async () => {
      await dismissGhost(connect, config.groupId)
      await consumer.connect()
    },
  }
}
