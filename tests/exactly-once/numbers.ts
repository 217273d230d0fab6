import type { Admin } from 'kafkajs'
import { overlay } from '../../shared/exactly-once/overlay.ts'
import { ownPartition } from '../../shared/exactly-once/partition-owner.ts'
import { type Precedence, precedence } from '../../shared/exactly-once/precedence.ts'
import { type ProjectionStore, project } from '../../shared/exactly-once/projection.ts'
import type { Topology } from '../../shared/exactly-once/topology.ts'
import { openHealth } from '../../shared/health.ts'
import { type Connect, openKafka } from '../../shared/kafka/client.ts'
import { kafkaClient } from '../../shared/kafka/kafka-client.ts'
import { openPartitionReader } from '../../shared/kafka/partition-reader.ts'
import { openLog } from '../../shared/log.ts'
import { inertTracer } from '../../shared/tracing/tracer.ts'
import { broker } from '../support/broker.ts'
import { createTopics } from '../support/topics.ts'
import { until } from '../support/until.ts'

/** An input: the `sequence`-th number of its key. A state: how many there were, and their sum. */
type Entry = { sequence: number; number: number }
type Sum = { sequence: number; sum: number }

const log = openLog('test', process.env['TEST_LOG_LEVEL'] ?? 'silent')

/** Topics of its own, a group of its own, and what it takes to run owners of their partition 0. */
export const numbers = async () => {
  const brokers = [await broker()].flat()
  const connect = { clientId: 'numbers', brokers, log }
  const name = `numbers-${crypto.randomUUID().slice(0, 8)}`
  const topics = { input: `${name}-in`, table: `${name}-sums`, answers: `${name}-answers` }
  const admin = openKafka(connect).admin()
  await admin.connect()
  const all = [...Object.values(topics), 'deadLetter']
  await createTopics(
    admin,
    all.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })),
  )
  const producer = openKafka(connect).producer({ allowAutoTopicCreation: false })
  await producer.connect()

  return {
    admin,
    connect,
    kafka: kafkaClient(connect),
    groupId: name,
    topics,
    transactionalId: `${name}-${topics.input}-0`,
    send: async (entries: readonly (Entry & { key: string; padding?: string })[]) => {
      const messages = entries.map(({ key, ...entry }) => ({
        key,
        value: JSON.stringify(entry),
        // Of a very long key kafkajs would need a minute to work it out.
        partition: 0,
      }))
      await producer.send({ topic: topics.input, acks: -1, messages })
    },
    /** Everything committed on a topic, in sequence. */
    read: (topic: string) => readAll(connect, topic),
    close: async () => {
      await producer.disconnect()
      await admin.disconnect()
    },
    topology: topologyOf(topics),
  }
}

export type Numbers = Awaited<ReturnType<typeof numbers>>

const topologyOf = (topics: {
  input: string
  table: string
  answers: string
}): Topology<Entry, Entry, Sum> => ({
  input: topics.input,
  table: topics.table,
  decode: ({ value }) => ({ ok: true, value: JSON.parse(value?.toString() ?? '') as Entry }),
  initial: () => ({ sequence: 0, sum: 0 }),
  decide: (state, entry) => {
    if (entry.sequence <= state.sequence) return { type: 'repeated' }
    return entry.sequence === state.sequence + 1
      ? { type: 'event', event: entry }
      : { type: 'dead', reason: 'gap' }
  },
  evolve: ({ sum }, { sequence, number }) => ({ sequence, sum: sum + number }),
  publish: ({ sequence }, { sum }) => [
    { topic: topics.answers, key: 'answer', value: JSON.stringify({ sequence, sum }) },
  ],
  row: (state) => JSON.stringify(state),
})

/** A store that a test can look into; several owners may share one, as processes share Postgres. */
export const memoryStore = () => {
  const states = new Map<string, Sum>()
  let position = 0n
  const store: ProjectionStore = {
    checkpoint: async () => position,
    store: async (records, _partition, next) => {
      for (const { key, value } of records) {
        states.set(key?.toString() ?? '', JSON.parse(value?.toString() ?? '') as Sum)
      }
      if (next > position) position = next
    },
  }
  return { states, store, moveTo: (next: bigint) => void (position = next) }
}

/** Tells an owner what the store holds, as a projection of the same process does. */
const telling = (
  { states, store }: ReturnType<typeof memoryStore>,
  onStored: (key: string, version: number) => void,
): ProjectionStore => ({
  ...store,
  store: async (records, partition, next) => {
    await store.store(records, partition, next)
    for (const { key } of records) {
      const name = key?.toString() ?? ''
      onStored(name, states.get(name)?.sequence ?? 0)
    }
  },
})

export type OwnerChanges = {
  /** Runs before each look at the stored states: the place to hold an owner up. */
  beforeLoad?: () => Promise<void>
  /** Runs while the committed offset is being read. */
  whileReadingOffset?: () => Promise<void>
  /** What the group says when an owner wants to fence again; a zombie gets no answer. */
  confirmed?: (signal: AbortSignal) => Promise<void>
  /** What stands back while it waits for its table. */
  restoring?: Precedence
}

/** Starts an owner as a process would, with a projection of its own. */
export const startOwner = (
  world: Numbers,
  memory: ReturnType<typeof memoryStore>,
  changes: OwnerChanges = {},
) => {
  const { beforeLoad, whileReadingOffset, confirmed = async () => {} } = changes
  const { restoring = precedence() } = changes
  const ending = new AbortController()
  const health = openHealth()
  const kept = overlay<Sum>(({ sequence }) => sequence)
  const common = {
    kafka: world.kafka,
    partition: 0,
    precedence: precedence(),
    tracer: inertTracer,
    log,
  }
  const projection = project(
    {
      ...common,
      topic: world.topics.table,
      restMs: 0,
      behindMax: 1_000n,
      standBackMs: 1_000,
      store: telling(memory, kept.stored),
      health: health.signal('table'),
    },
    ending.signal,
  )
  const owning = ownPartition(
    {
      ...common,
      admin: {
        ...world.admin,
        fetchOffsets: async (request) => {
          const offsets = await world.admin.fetchOffsets(request)
          await whileReadingOffset?.()
          return offsets
        },
      },
      groupId: world.groupId,
      topology: world.topology,
      load: async () => {
        await beforeLoad?.()
        return new Map(memory.states)
      },
      overlay: kept,
      projection,
      restoring,
      confirmed,
      health: health.signal('owner'),
    },
    ending.signal,
  )
  return {
    overlaySize: kept.size,
    reasonOf: (name: string) =>
      health.report().checks.find((check) => check.name === name)?.reason ?? '',
    ready: () => until(() => health.report().ready, { what: 'the owner to be ready' }),
    stop: async () => {
      ending.abort()
      await Promise.all([owning, projection.finished])
    },
  }
}

const readAll = async (connect: Connect, topic: string): Promise<unknown[]> => {
  const reader = await openPartitionReader(connect, topic, 0)
  try {
    const end = await reader.end()
    const values: unknown[] = []
    for (let position = await reader.start(); position < end; ) {
      const { records, next } = await reader.read(position, 100)
      values.push(...records.map(({ value }) => JSON.parse(value?.toString() ?? '')))
      // A transaction that is open holds readers back: what is after it is not committed yet.
      if (next === position) break
      position = next
    }
    return values
  } finally {
    await reader.close()
  }
}

export const committedOffset = async (admin: Admin, groupId: string, topic: string) =>
  (await admin.fetchOffsets({ groupId, topics: [topic] }))[0]?.partitions[0]?.offset
