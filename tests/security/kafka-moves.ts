import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  ConfigResourceTypes,
  Kafka,
  type KafkaConfig,
  KafkaJSAggregateError,
  KafkaJSDeleteGroupsError,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs'
import { protocolError } from '../../shared/kafka/client.ts'
import { withDeadline } from '../../shared/wait.ts'
import { until } from '../support/until.ts'

/** What somebody may try with the broker. None of them leaves a trace that matters. */
export type Move = (kafka: Kafka) => Promise<unknown>

const DEADLINE_MS = 20_000

type Access = Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>

/** Makes a move and answers `allowed`, or why the broker refused it. */
export const outcomeOf = async (access: Access, move: Move): Promise<string> =>
  until(
    async () => {
      const outcome = await attempt(access, move)
      // Of a broker that has just started: it is no answer yet.
      return /coordinator is (loading|not available)/.test(outcome) ? undefined : outcome
    },
    { what: 'a coordinator', deadlineMs: DEADLINE_MS },
  )

/**
 * kafkajs keeps the reason of a refused coordinator to its log and throws that there is none: so
 * its log is read as well.
 */
const attempt = async (access: Access, move: Move): Promise<string> => {
  let logged: string | undefined
  const kafka = new Kafka({
    ...access,
    clientId: 'abuse',
    connectionTimeout: 3_000,
    requestTimeout: 5_000,
    retry: { retries: 4, initialRetryTime: 50 },
    logLevel: logLevel.DEBUG,
    logCreator:
      () =>
      ({ log: { error } }) => {
        logged ??= refusal(error)
      },
  })
  try {
    await withDeadline(move(kafka), DEADLINE_MS, 'the move')
    return 'allowed'
  } catch (error) {
    return refusal(protocolErrorWithin(error)) ?? logged ?? reasonOf(error)
  }
}

const refusal = (reason: unknown): string | undefined => {
  const type = typeof reason === 'string' ? reason : protocolError(reason)
  return type?.endsWith('_AUTHORIZATION_FAILED') ? type : undefined
}

/** Of an error, or the first of the several that kafkajs gathers in one. */
const protocolErrorWithin = (error: unknown): string | undefined => {
  if (error instanceof KafkaJSAggregateError) return protocolError(error.errors[0])
  if (error instanceof KafkaJSDeleteGroupsError) return protocolError(error.groups?.[0]?.error)
  return protocolError(error)
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

export const produce =
  (topic: string): Move =>
  async (kafka) => {
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    try {
      await producer.connect()
      await producer.send({ topic, acks: -1, messages: [{ key: 'k', value: 'v' }] })
    } finally {
      await producer.disconnect()
    }
  }

/** Writes, and moves the offsets of a group, in a transaction that is then aborted. */
export const transact =
  (transactionalId: string, outputs: readonly string[], group?: string, input = 'order'): Move =>
  async (kafka) => {
    const producer = kafka.producer({
      transactionalId,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    })
    try {
      await producer.connect()
      const transaction = await producer.transaction()
      if (group) {
        await transaction.sendOffsets({
          consumerGroupId: group,
          topics: [{ topic: input, partitions: [{ partition: 0, offset: '0' }] }],
        })
      }
      for (const topic of outputs) {
        await transaction.send({ topic, messages: [{ key: 'k', value: 'v', partition: 0 }] })
      }
      await transaction.abort()
    } finally {
      await producer.disconnect()
    }
  }

export const consume =
  (topic: string, groupId: string): Move =>
  async (kafka) => {
    const consumer = kafka.consumer({
      groupId,
      maxWaitTimeInMs: 50,
      allowAutoTopicCreation: false,
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    consumer.on(consumer.events.FETCH, () => resolve())
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      // A coordinator that is still loading is asked again.
      if (!payload.restart) reject(payload.error)
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({ autoCommit: false, eachMessage: async () => {} })
      await promise
    } finally {
      await consumer.disconnect()
    }
  }

const asAdmin =
  (work: (admin: Admin) => Promise<unknown>): Move =>
  async (kafka) => {
    const admin = kafka.admin()
    try {
      await admin.connect()
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }

export const knock = asAdmin((admin) => admin.describeCluster())

export const readOffsets = (groupId: string, topic: string): Move =>
  asAdmin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }))

export const moveOffsets = (groupId: string, topic: string): Move =>
  asAdmin((admin) =>
    admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '99' }] }),
  )

export const createTopic = (topic: string): Move =>
  asAdmin((admin) => admin.createTopics({ topics: [{ topic }] }))

export const deleteTopic = (topic: string): Move =>
  asAdmin((admin) => admin.deleteTopics({ topics: [topic] }))

export const addPartitions = (topic: string): Move =>
  asAdmin((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 9 }] }))

export const alterTopic = (topic: string): Move =>
  asAdmin((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'cleanup.policy', value: 'delete' }],
        },
      ],
    }),
  )

export const readSettings = (topic: string): Move =>
  asAdmin((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    }),
  )

export const deleteGroup = (groupId: string): Move =>
  asAdmin((admin) => admin.deleteGroups([groupId]))

export const giveRight = (user: string, topic: string): Move =>
  asAdmin((admin) =>
    admin.createAcls({
      acl: [
        {
          principal: `User:${user}`,
          host: '*',
          resourceType: AclResourceTypes.TOPIC,
          resourceName: topic,
          resourcePatternType: ResourcePatternTypes.LITERAL,
          operation: AclOperationTypes.WRITE,
          permissionType: AclPermissionTypes.ALLOW,
        },
      ],
    }),
  )
