import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Producer, Transaction } from 'kafkajs'
import { pause, withDeadline } from '../../shared/wait.ts'
import { client, committedOffset, newTopic, transactional, unique } from './clients.ts'
import { outcome, untilFree } from './outcome.ts'
import { consumed } from './reading.ts'

// The server may have to be started first.
setDefaultTimeout(60_000)

// What the exactly-once protocol rests on, asked of the library and a real broker. When one of
// these turns red after an update, the protocol has to be read again, not the test.

const FENCED = 'INVALID_PRODUCER_EPOCH'

test('beginning and aborting an empty transaction fences who had the id before', async () => {
  const { topic, id } = await scene()
  const before = await transactional(id)
  const transaction = await before.transaction()

  await fence(id)

  expect(await outcome(transaction.sendOffsets(offsets(unique('group'), topic)))).toBe(FENCED)
  await before.disconnect()
})

test.each<[string, (transaction: Transaction, topic: string) => Promise<unknown>]>([
  ['sendOffsets', (transaction, topic) => transaction.sendOffsets(offsets('any', topic))],
  ['send', (transaction, topic) => transaction.send(record(topic, 'late'))],
  ['sendBatch', (transaction, topic) => transaction.sendBatch(batch(topic))],
  ['commit', (transaction) => transaction.commit()],
  ['abort', (transaction) => transaction.abort()],
])('a fenced producer fails with 47 at %s', async (_what, call) => {
  const { topic, id } = await scene()
  const before = await transactional(id)
  const transaction = await before.transaction()
  await transaction.send(record(topic, 'early'))

  await fence(id)

  expect(await outcome(call(transaction, topic))).toBe(FENCED)
  await before.disconnect()
})

test('a commit of nothing asks no broker: it says nothing about the fence', async () => {
  const { id } = await scene()
  const before = await transactional(id)
  const transaction = await before.transaction()

  await fence(id)

  expect(await outcome(transaction.commit())).toBe('ok')
  await before.disconnect()
})

test('a producer whose commit failed is good for nothing', async () => {
  const { topic, id } = await scene()
  const before = await transactional(id)
  const transaction = await before.transaction()
  await transaction.send(record(topic, 'early'))
  await fence(id)
  await outcome(transaction.commit())

  expect(await outcome(transaction.commit())).toBe('Cannot continue to use transaction once ended')
  expect(await outcome(transaction.abort())).toBe('Cannot continue to use transaction once ended')
  expect(await outcome(before.transaction())).toContain('Transaction state exception')
  await before.disconnect()
})

test('disconnecting is no barrier: sendOffsets connects again by itself', async () => {
  const { topic, id } = await scene()
  const producer = await transactional(id)
  const transaction = await producer.transaction()
  await producer.disconnect()

  await untilFree(() => transaction.sendOffsets(offsets(unique('group'), topic)))

  expect(await outcome(transaction.send(record(topic, 'late')))).toBe(
    'The producer is disconnected',
  )
  await transaction.abort()
  await producer.disconnect()
})

test('the group fences nobody: a stranger commits its offset, but not with a fenced id', async () => {
  const { topic, id } = await scene()
  const group = unique('group')
  const leave = await joined(group, topic)
  const stranger = await transactional(id)

  await commitOffset(stranger, group, topic, '7')
  expect(await committedOffset(group, topic)).toBe('7')

  await fence(id)
  expect(await outcome(commitOffset(stranger, group, topic, '8'))).toBe(FENCED)
  expect(await committedOffset(group, topic)).toBe('7')
  await Promise.all([leave(), stranger.disconnect()])
})

test('sendOffsets may be called again after CONCURRENT_TRANSACTIONS', async () => {
  const { topic, id } = await scene()
  const group = unique('group')
  const producer = await transactional(id)
  const refused: string[] = []
  for (const offset of ['1', '2', '3']) {
    const transaction = await producer.transaction()
    refused.push(...(await untilFree(() => transaction.sendOffsets(offsets(group, topic, offset)))))
    await transaction.commit()
  }

  expect(await committedOffset(group, topic)).toBe('3')
  expect(refused.filter((error) => error !== 'CONCURRENT_TRANSACTIONS')).toEqual([])
  await producer.disconnect()
})

test('an open transaction holds back its readers until its id is fenced', async () => {
  const { topic, id } = await scene()
  const dead = await transactional(id)
  await (await dead.transaction()).send(record(topic, 'never committed'))
  await dead.disconnect()
  const other = (await client()).producer()
  await other.connect()
  await other.send(record(topic, 'after'))
  await other.disconnect()

  const reading = consumed(topic, { until: 'after' })
  // Ten times what a read takes otherwise.
  expect(await Promise.race([reading, pause(500).then(() => 'nothing yet')])).toBe('nothing yet')
  await fence(id)
  expect(await reading).toEqual(['after'])
})

test('the retries of a Kafka object reach InitProducerId', async () => {
  const { topic, id } = await scene()
  const dead = await transactional(id)
  await (await dead.transaction()).send(record(topic, 'never committed'))
  const next = await transactional(id, { retry: { retries: 0 } })

  // The broker aborts the open transaction first and says so; unasked, kafkajs would wait.
  expect(await outcome(next.transaction())).toBe('CONCURRENT_TRANSACTIONS')
  await Promise.all([dead.disconnect(), next.disconnect()])
})

test('a consumer that pauses when it joins is a member that never fetches', async () => {
  const { topic } = await scene()
  const producer = (await client()).producer()
  await producer.connect()
  await producer.send(record(topic, 'not for it'))
  await producer.disconnect()
  const requests: string[] = []

  const fourth = Promise.withResolvers<void>()
  const leave = await joined(unique('group'), topic, (name) => {
    requests.push(name)
    if (requests.filter((one) => one === 'Heartbeat').length === 4) fourth.resolve()
  })

  await withDeadline(fourth.promise, 10_000, 'four heartbeats')
  await leave()

  expect(requests).toContain('JoinGroup')
  expect(requests).not.toContain('Fetch')
})

const scene = async () => ({ topic: await newTopic(), id: unique('transactional') })

const fence = async (id: string) => {
  const producer = await transactional(id)
  const transaction = await producer.transaction()
  await transaction.abort()
  await producer.disconnect()
}

const commitOffset = async (producer: Producer, group: string, topic: string, offset: string) => {
  const transaction = await producer.transaction()
  await untilFree(() => transaction.sendOffsets(offsets(group, topic, offset)))
  await transaction.commit()
}

/** Joins the group for membership only; resolves with how to leave it. */
const joined = async (groupId: string, topic: string, onRequest = (_name: string) => {}) => {
  const consumer = (await client()).consumer({
    groupId,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  })
  consumer.on(consumer.events.REQUEST, ({ payload }) => onRequest(payload.apiName))
  const isMember = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      consumer.pause([{ topic }])
      resolve()
    })
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachMessage: async () => {} })
  await withDeadline(isMember, 10_000, `membership in ${groupId}`)
  return () => consumer.disconnect()
}

const record = (topic: string, value: string) => ({ topic, messages: [{ value, partition: 0 }] })

const batch = (topic: string) => ({ topicMessages: [record(topic, 'late')] })

const offsets = (consumerGroupId: string, topic: string, offset = '1') => ({
  consumerGroupId,
  topics: [{ topic, partitions: [{ partition: 0, offset }] }],
})
