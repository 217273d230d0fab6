import type { Admin } from 'kafkajs'
import { assert } from '../../../shared/assert.ts'
import { type Connect, openKafka } from '../../../shared/kafka/client.ts'
import { pause, withDeadline } from '../../../shared/wait.ts'
import { until } from '../../support/until.ts'
import { compact } from './compaction.ts'
import { crossAborts } from './crossed-aborts.ts'
import { poison } from './poison.ts'
import type { Intruder, Rewound } from './types.ts'

/** A group notices that its members are gone when their sessions have expired. */
const EMPTY_MS = 30_000
const JOIN_MS = 30_000

/** Works on the broker itself: what it does is no subject of the proxy's faults. */
export const openIntruder = (connect: Connect, dataFolder: string): Intruder => {
  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = openKafka(connect).admin()
    await admin.connect()
    try {
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }
  return {
    async rebalance({ groupId, topic, rounds, holdMs }) {
      let joins = 0
      for (let round = 0; round < rounds; round += 1) {
        await joinAndLeave(connect, groupId, topic, holdMs)
        joins += 1
      }
      return joins
    },
    rewind: (wish) => withAdmin((admin) => rewind(admin, wish)),
    forget: (groupId) =>
      withAdmin(async (admin) => {
        await untilEmpty(admin, groupId)
        await admin.deleteGroups([groupId])
      }),
    crossAborts: (topic) => crossAborts(connect, topic),
    async plant(topic, kind) {
      const { key, value } = poison(topic, kind, crypto.randomUUID())
      // Of a key as long as a record kafkajs would need a minute to work out the partition.
      const place = kind === 'large-key' ? { partition: 0 } : {}
      const producer = openKafka(connect).producer({ allowAutoTopicCreation: false })
      await producer.connect()
      try {
        const [placed] = await producer.send({ topic, messages: [{ key, value, ...place }] })
        assert(placed?.baseOffset !== undefined, 'the broker told no offset')
        return { topic, partition: placed.partition, offset: BigInt(placed.baseOffset), kind }
      } finally {
        await producer.disconnect()
      }
    },
    compact: (topic, deadlineMs) =>
      withAdmin((admin) => compact(admin, dataFolder, topic, deadlineMs)),
  }
}

const joinAndLeave = async (
  connect: Connect,
  groupId: string,
  topic: string,
  holdMs: number,
): Promise<void> => {
  const consumer = openKafka(connect).consumer({
    groupId,
    sessionTimeout: 6_000,
    rebalanceTimeout: 12_000,
    heartbeatInterval: 1_000,
    allowAutoTopicCreation: false,
  })
  const joined = Promise.withResolvers<void>()
  consumer.on(consumer.events.GROUP_JOIN, () => {
    // It wants its share of the partitions, and none of what is in them.
    consumer.pause([{ topic }])
    joined.resolve()
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatch: async () => {} })
    await withDeadline(joined.promise, JOIN_MS, `a place in the group ${groupId}`)
    await pause(holdMs)
  } finally {
    await consumer.disconnect()
  }
}

const rewind = async (
  admin: Admin,
  { groupId, topic, by }: Parameters<Intruder['rewind']>[0],
): Promise<Rewound[]> => {
  await untilEmpty(admin, groupId)
  const starts = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => [partition, BigInt(low)]),
  )
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const rewound = (committed?.partitions ?? []).flatMap(({ partition, offset }): Rewound[] => {
    const from = BigInt(offset)
    const wanted = from - BigInt(by)
    const start = starts.get(partition) ?? 0n
    // One that never committed starts from the beginning anyway.
    return from < 0n ? [] : [{ topic, partition, from, to: wanted > start ? wanted : start }]
  })
  if (rewound.length === 0) return []
  await admin.setOffsets({
    groupId,
    topic,
    partitions: rewound.map(({ partition, to }) => ({ partition, offset: String(to) })),
  })
  return rewound
}

const untilEmpty = (admin: Admin, groupId: string) =>
  until(async () => (await stateOf(admin, groupId)) === 'Empty', {
    what: `the group ${groupId} to be empty`,
    deadlineMs: EMPTY_MS,
  })

const stateOf = async (admin: Admin, groupId: string): Promise<string | undefined> =>
  (await admin.describeGroups([groupId])).groups[0]?.state
