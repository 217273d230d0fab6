import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { EachBatchPayload } from 'kafkajs'
import { protocolError } from '../../../shared/kafka/client.ts'
import type { KafkaConsumer } from '../../../shared/kafka/kafka-client.ts'
import { until } from '../../support/until.ts'
import { LOGS, type LogSubject } from './log-subjects.ts'

/** What the log in memory has to do as a real one does: groups of consumers. */

setDefaultTimeout(60_000)

describe.each(LOGS)('%s', (_name, on) => {
  test('gives all partitions to one member, and half of them to each of two', () =>
    on(async (of) => {
      const first = await member(of)
      await untilAssigned([first], '0,1')
      const second = await member(of)
      await untilAssigned([first, second], '0,1')
      expect([first.partitions.length, second.partitions.length]).toEqual([1, 1])
      await first.leave()
      await untilAssigned([second], '0,1')
      await second.leave()
    }))

  test('has a member that leaves without waiting for its session', () =>
    on(async (of) => {
      const [first, second] = [await member(of), await member(of)]
      await untilAssigned([first, second], '0,1')
      const leftAt = Date.now()
      await first.leave()
      await untilAssigned([second], '0,1')
      expect(Date.now() - leftAt).toBeLessThan(SESSION_MS)
      await second.leave()
    }))

  test('takes the partitions of who is silent for too long', () =>
    on(async (of) => {
      const stuck = Promise.withResolvers<void>()
      const silent = await member(of, () => stuck.promise)
      await untilAssigned([silent], '0,1')
      await send(of, 0, 'stuck upon')
      await until(() => silent.batches.length > 0, { what: 'it to be stuck' })
      const other = await member(of)
      await untilAssigned([other], '0,1')
      stuck.resolve()
      await Promise.all([silent.leave(), other.leave()])
    }))

  test('refuses the offset of who was replaced', () =>
    on(async (of) => {
      const stuck = Promise.withResolvers<void>()
      let refusal: string | undefined
      const replaced = await member(of, async (payload) => {
        await stuck.promise
        refusal ??= await commit(payload, '1')
      })
      await untilAssigned([replaced], '0,1')
      await send(of, 0, 'stuck upon')
      await until(() => replaced.batches.length > 0, { what: 'it to be stuck' })
      const successor = await member(of)
      await untilAssigned([successor], '0,1')
      stuck.resolve()
      await until(() => refusal, { what: 'an answer' })
      expect(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']).toContain(refusal ?? '')
      await Promise.all([replaced.leave(), successor.leave()])
    }))

  test('goes on where its offset says, and from the start without one', () =>
    on(async (of) => {
      await send(of, 0, 'first', 'second')
      const before = await member(of, async (payload) => {
        await commit(payload, '1')
      })
      await until(() => before.batches.length > 0, { what: 'the first batch' })
      expect(before.batches[0]).toEqual(['first', 'second'])
      await before.leave()
      const after = await member(of)
      await until(() => after.batches.length > 0, { what: 'what is left' })
      expect(after.batches[0]).toEqual(['second'])
      await after.leave()
    }))

  test('hands out nothing of an aborted transaction, and goes on behind it', () =>
    on(async (of) => {
      const producer = of.client().producer({
        transactionalId: of.id,
        idempotent: false,
        maxInFlightRequests: 1,
        retry: { retries: 0 },
      })
      await producer.connect()
      const transaction = await producer.transaction()
      await transaction.sendBatch(records(of, 0, ['aborted']))
      await transaction.abort()
      await send(of, 0, 'kept')
      const reader = await member(of)
      await until(() => reader.batches.length > 0, { what: 'the record' })
      expect(reader.batches.flat()).toEqual(['kept'])
      await reader.leave()
    }))

  test('confirms to a member that it is one, again and again', () =>
    on(async (of) => {
      const confirmed = await member(of)
      await untilAssigned([confirmed], '0,1')
      await until(() => confirmed.heartbeats() >= 3, { what: 'three heartbeats' })
      await confirmed.leave()
    }))
})

const SESSION_MS = 2_500

type Member = {
  partitions: readonly number[]
  /** The values of each batch that it was handed. */
  batches: string[][]
  heartbeats: () => number
  leave: () => Promise<void>
}

const member = async (
  of: LogSubject,
  handle: (payload: EachBatchPayload) => Promise<void> = async () => {},
): Promise<Member> => {
  const consumer: KafkaConsumer = of.client().consumer({
    groupId: of.group,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: 2 * SESSION_MS,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 1_000 },
  })
  let heartbeats = 0
  const made: Member = {
    partitions: [],
    batches: [],
    heartbeats: () => heartbeats,
    leave: () => consumer.disconnect(),
  }
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    made.partitions = payload.memberAssignment[of.topic] ?? []
  })
  consumer.on(consumer.events.HEARTBEAT, () => {
    heartbeats += 1
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [of.topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    eachBatch: async (payload) => {
      made.batches.push(payload.batch.messages.map(({ value }) => String(value)))
      await handle(payload)
    },
  })
  return made
}

const untilAssigned = (members: readonly Member[], partitions: string) =>
  until(
    () => {
      const all = members.flatMap(({ partitions: own }) => own)
      return all.toSorted((a, b) => a - b).join() === partitions
    },
    { what: `${partitions} to be shared by ${members.length}`, deadlineMs: 30_000 },
  )

const commit = async (payload: EachBatchPayload, offset: string): Promise<string> => {
  const { topic, partition } = payload.batch
  try {
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset }] }],
    })
    return 'committed'
  } catch (error) {
    return protocolError(error) ?? String(error)
  }
}

const records = ({ topic }: LogSubject, partition: number, values: readonly string[]) => ({
  topicMessages: [{ topic, messages: values.map((value) => ({ key: 'key', value, partition })) }],
})

const send = async (of: LogSubject, partition: number, ...values: string[]): Promise<void> => {
  const producer = of.client().producer({ maxInFlightRequests: 1, retry: { retries: 0 } })
  await producer.connect()
  await producer.sendBatch(records(of, partition, values))
  await producer.disconnect()
}
