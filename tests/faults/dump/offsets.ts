import { type Admin, logLevel } from 'kafkajs'
import Cluster from 'kafkajs/src/cluster'
import { createLogger } from 'kafkajs/src/loggers'
import socketFactory from 'kafkajs/src/network/socketFactory'
import { type Offsets, type PartitionOffsets, TOPIC_NAMES } from './dump.ts'
import { DUMP_GROUPS } from './topic-dump.ts'

const LATEST = -1
const EARLIEST = -2

/**
 * Where each partition starts and ends, by the broker's own word. These three numbers are all that
 * is taken from kafkajs: no tool of the broker tells where the last stable offset is. The console
 * consumer has to get that far as well, and the broker's segments say it once more.
 */
export const readPartitionOffsets = async (
  brokers: readonly string[],
  partitions: number,
): Promise<Offsets['topics']> => {
  const cluster = new Cluster({
    brokers: [...brokers],
    clientId: 'dump',
    logger: createLogger({ level: logLevel.NOTHING, logCreator: () => () => {} }),
    socketFactory: socketFactory(),
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    reauthenticationThreshold: 10_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 5 },
  })
  await cluster.connect()
  try {
    for (const topic of TOPIC_NAMES) await cluster.addTargetTopic(topic)
    await cluster.refreshMetadataIfNecessary()
    const ask = (topic: string, partition: number) => offsetsOf(cluster, topic, partition)
    const topics: Offsets['topics'] = {}
    for (const topic of TOPIC_NAMES) {
      topics[topic] = await Promise.all(
        Array.from({ length: partitions }, (_, partition) => ask(topic, partition)),
      )
    }
    return topics
  } finally {
    await cluster.disconnect()
  }
}

const offsetsOf = async (
  cluster: InstanceType<typeof Cluster>,
  topic: string,
  partition: number,
): Promise<PartitionOffsets> => {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
  if (nodeId === undefined) throw new Error(`${topic}/${partition} has no leader`)
  const broker = await cluster.findBroker({ nodeId })
  const at = async (timestamp: number, isolationLevel: 0 | 1): Promise<number> => {
    const { responses } = await broker.listOffsets({
      isolationLevel,
      topics: [{ topic, partitions: [{ partition, timestamp }] }],
    })
    const offset = responses[0]?.partitions[0]?.offset
    if (offset === undefined) throw new Error(`${topic}/${partition} has no offsets`)
    return Number(offset)
  }
  return {
    partition,
    start: await at(EARLIEST, 0),
    lastStable: await at(LATEST, 1),
    end: await at(LATEST, 0),
  }
}

/** How far each group got, except for the readers of dumps. */
export const readGroupOffsets = async (admin: Admin): Promise<Offsets['groups']> => {
  const { groups } = await admin.listGroups()
  const all: Offsets['groups'] = {}
  for (const { groupId } of groups) {
    if (groupId.startsWith(DUMP_GROUPS)) continue
    const topics = await admin.fetchOffsets({ groupId })
    all[groupId] = Object.fromEntries(
      topics.map(({ topic, partitions }) => [
        topic,
        partitions
          .map(({ partition, offset }) => ({ partition, committed: Number(offset) }))
          .filter(({ committed }) => committed >= 0)
          .toSorted((a, b) => a.partition - b.partition),
      ]),
    )
  }
  return all
}
