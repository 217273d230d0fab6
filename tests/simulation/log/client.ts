import type { ConsumerConfig, Message, ProducerConfig } from 'kafkajs'
import { Partitioners } from 'kafkajs'
import createAdmin from 'kafkajs/src/admin'
import createConsumer from 'kafkajs/src/consumer'
import InstrumentationEventEmitter from 'kafkajs/src/instrumentation/emitter'
import createProducer from 'kafkajs/src/producer'
import type { TransactionCluster } from '../../../shared/kafka/coordinators.ts'
import { openTransactions, type TransactionsOptions } from '../../../shared/kafka/transactions.ts'
import type { Broker } from './broker.ts'
import { CLUSTER_RETRY, Cluster, type ClusterOptions } from './cluster.ts'
import { openReader } from './reader.ts'

/** kafkajs' own clients, as they are, with a cluster in memory under them. */
export const kafkaInMemory = (options: ClusterOptions) => ({
  producer: (config: ProducerConfig = {}) =>
    createProducer({
      ...common(config.retry),
      cluster: new Cluster(options),
      createPartitioner: partitioner(options.broker),
      idempotent: config.idempotent,
      transactionalId: config.transactionalId,
      transactionTimeout: config.transactionTimeout,
    }),
  consumer: (config: ConsumerConfig) => {
    const isolationLevel = config.readUncommitted === true ? 0 : 1
    const consumer = createConsumer({
      ...config,
      ...common(config.retry),
      isolationLevel,
      cluster: new Cluster({ ...options, isolationLevel }),
    })
    return {
      ...consumer,
      connect: async () => {
        await dismissGhost(options, config.groupId).catch(() => {})
        await consumer.connect()
      },
    }
  },
  admin: () => createAdmin({ ...common({ retries: 3 }), cluster: new Cluster(options) }),
  openReader: (topic: string, partition: number) =>
    openReader(new Cluster(options), topic, partition),
  transactions: (each: TransactionsOptions) =>
    // Here a producer's id is a number, and not an int64 as text.
    openTransactions(new Cluster(options) as TransactionCluster, each),
})

/** As shared/kafka/ghost.ts. */
const dismissGhost = async (options: ClusterOptions, groupId: string): Promise<void> => {
  const coordinator = await new Cluster(options).findGroupCoordinator()
  const members = await coordinator.describeGroup(groupId)
  const ghosts = members.filter(({ clientId }) => clientId === options.process.name)
  for (const { memberId } of ghosts) await coordinator.leaveGroup({ groupId, memberId })
}

const common = (retry: object | undefined) => ({
  retry: { ...CLUSTER_RETRY, ...retry },
  logger: SILENT,
  instrumentationEmitter: new InstrumentationEventEmitter(),
})

/** The hash of kafkajs costs more than all else of a record, and accounts are few. */
const partitioner = (broker: Broker) => {
  const known = partitionsOfKeys.get(broker) ?? new Map<string, number>()
  partitionsOfKeys.set(broker, known)
  return () => {
    const asKafkajs = Partitioners.DefaultPartitioner()
    return (args: { topic: string; partitionMetadata: object[]; message: Message }): number => {
      const { key, partition } = args.message
      if (typeof partition === 'number' || typeof key !== 'string') return asKafkajs(args as never)
      const found = known.get(key)
      if (found !== undefined) return found
      const computed = asKafkajs(args as never)
      known.set(key, computed)
      return computed
    }
  }
}
const partitionsOfKeys = new WeakMap<Broker, Map<string, number>>()

const nothing = () => {}
const SILENT: object = {
  info: nothing,
  warn: nothing,
  error: nothing,
  debug: nothing,
  namespace: () => SILENT,
}
