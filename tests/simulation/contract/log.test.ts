import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Producer, Transaction } from 'kafkajs'
import { OffsetOutOfRangeError } from '../../../shared/kafka/partition-leader.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'
import { openSender } from '../../../shared/kafka/sender.ts'
import { pause } from '../../../shared/wait.ts'
import { BUSY, outcome, untilFree } from '../../libraries/outcome.ts'
import { until } from '../../support/until.ts'
import { LOGS, type LogSubject } from './log-subjects.ts'

/** What the log in memory has to do as a real one does: transactions, fences, offsets, readers. */

setDefaultTimeout(60_000)

const FENCED = 'INVALID_PRODUCER_EPOCH'

describe.each(LOGS)('%s', (_name, on) => {
  test.each<[string, (transaction: Transaction, of: LogSubject) => Promise<unknown>]>([
    ['sendOffsets', (transaction, of) => transaction.sendOffsets(offsets(of, '1'))],
    ['sendBatch', (transaction, of) => transaction.sendBatch(records(of, 'late'))],
    ['sendBatch elsewhere', (transaction, of) => transaction.sendBatch(records(of, 'late', 1))],
    ['commit', (transaction) => transaction.commit()],
    ['abort', (transaction) => transaction.abort()],
  ])('refuses %s of who was fenced', (_what, call) =>
    on(async (of) => {
      const transaction = await (await producerOf(of)).transaction()
      await untilFree(() => transaction.sendBatch(records(of, 'early')))
      await fence(of)
      expect(await outcome(call(transaction, of))).toBe(FENCED)
    }),
  )

  test('knows nothing of a commit of nothing: it says nothing about the fence', () =>
    on(async (of) => {
      const transaction = await (await producerOf(of)).transaction()
      await fence(of)
      expect(await outcome(transaction.commit())).toBe('ok')
    }))

  test('leaves a producer whose commit failed good for nothing', () =>
    on(async (of) => {
      const producer = await producerOf(of)
      const transaction = await producer.transaction()
      await untilFree(() => transaction.sendBatch(records(of, 'early')))
      await fence(of)
      await outcome(transaction.commit())
      const ended = 'Cannot continue to use transaction once ended'
      expect(await outcome(transaction.commit())).toBe(ended)
      expect(await outcome(transaction.abort())).toBe(ended)
      expect(await outcome(producer.transaction())).toContain('Transaction state exception')
    }))

  test('aborts a transaction that takes longer than it may, and fences its producer', () =>
    on(async (of) => {
      const producer = await producerOf(of, 1_500)
      const transaction = await producer.transaction()
      await untilFree(() => transaction.sendBatch(records(of, 'too late')))
      await until(async () => (await read(of)).next === 2n, { what: 'the marker' })
      expect(await outcome(transaction.commit())).toBe(FENCED)
      expect((await read(of)).values).toEqual([])
    }))

  test('shows what is committed, without what is aborted; markers take offsets too', () =>
    on(async (of) => {
      const producer = await producerOf(of)
      for (const [value, isCommit] of [
        ['first', true],
        ['dropped', false],
        ['second', true],
      ] as const) {
        const transaction = await producer.transaction()
        await untilFree(() => transaction.sendBatch(records(of, value)))
        await (isCommit ? transaction.commit() : transaction.abort())
      }
      const all = await until(
        async () => {
          const found = await read(of)
          return found.values.length === 2 && found
        },
        { what: 'both' },
      )
      expect(all).toEqual({ values: ['first', 'second'], offsets: [0n, 4n], next: 6n })
    }))

  test('shows nothing beyond an open transaction until its id is fenced', () =>
    on(async (of) => {
      const open = await (await producerOf(of)).transaction()
      await untilFree(() => open.sendBatch(records(of, 'never')))
      await send(of, 'after')
      expect(await read(of, 0n, 300)).toEqual({ values: [], offsets: [], next: 0n })
      const reader = await of.client().openReader(of.topic, 0)
      expect(await reader.end()).toBe(2n)
      await fence(of)
      expect(await read(of)).toEqual({ values: ['after'], offsets: [1n], next: 3n })
    }))

  test('commits offsets with their transaction; until then it answers what was before', () =>
    on(async (of) => {
      const producer = await producerOf(of)
      const seen: string[] = []
      for (const [offset, isCommit] of [
        ['1', true],
        ['2', false],
        ['3', true],
      ] as const) {
        const transaction = await producer.transaction()
        await untilFree(() => transaction.sendOffsets(offsets(of, offset)))
        seen.push(await committed(of))
        await (isCommit ? transaction.commit() : transaction.abort())
      }
      // What was aborted never shows.
      expect(seen).toEqual(['-1', '1', '1'])
      await until(async () => (await committed(of)) === '3', { what: 'the last offset' })
    }))

  test('is busy for a moment after a commit, and says so', () =>
    on(async (of) => {
      const producer = await producerOf(of)
      const refused: string[] = []
      for (const offset of ['1', '2', '3', '4', '5']) {
        const transaction = await producer.transaction()
        refused.push(...(await untilFree(() => transaction.sendOffsets(offsets(of, offset)))))
        await transaction.commit()
      }
      expect(refused.filter((error) => !BUSY.has(error))).toEqual([])
      await until(async () => (await committed(of)) === '5', { what: 'the last offset' })
    }))

  test('settles what a fenced predecessor had decided, before the new one is told', () =>
    on(async (of) => {
      const transaction = await (await producerOf(of)).transaction()
      await untilFree(() => transaction.sendOffsets(offsets(of, '7')))
      await transaction.sendBatch(records(of, 'decided'))
      await transaction.commit()
      await fence(of)
      expect(await committed(of)).toBe('7')
      expect((await read(of)).values).toEqual(['decided'])
    }))

  test('tells a reader that its offset is out of range', () =>
    on(async (of) => {
      const reader = await of.client().openReader(of.topic, 0)
      await send(of, 'one')
      expect(await outcome(reader.read(1n, 50))).toBe('ok')
      const beyond = await reader.read(2n, 50).catch((error: unknown) => error)
      expect(beyond).toBeInstanceOf(OffsetOutOfRangeError)
      expect([await reader.start(), await reader.end()]).toEqual([0n, 1n])
    }))

  test('wakes a reader that waits', () =>
    on(async (of) => {
      const reader = await of.client().openReader(of.topic, 0)
      const [fetched] = await Promise.all([reader.read(0n, 5_000), send(of, 'awaited')])
      expect(fetched.records.map(({ value }) => String(value))).toEqual(['awaited'])
      expect(fetched).toMatchObject({ next: 1n, end: 1n })
    }))

  test('lets a reader be closed that waits: its read fails', () =>
    on(async (of) => {
      const reader = await of.client().openReader(of.topic, 0)
      const reading = outcome(reader.read(0n, 4_000))
      await pause(100)
      await reader.close()
      // In vain, it would be 'ok'.
      expect(await reading).not.toBe('ok')
    }))

  test('keeps records of one key in one partition, in sequence', () =>
    on(async (of) => {
      const producer = of.client().producer(PLAIN)
      await producer.connect()
      const messages = ['1', '2', '3'].map((value) => ({ key: 'key', value }))
      await producer.sendBatch({ topicMessages: [{ topic: of.topic, messages }] })
      const both = await Promise.all([read(of, 0n, 100), read(of, 0n, 100, 1)])
      expect(both.map(({ values }) => values).filter(({ length }) => length > 0)).toEqual([
        ['1', '2', '3'],
      ])
    }))

  test('hands a record over with its place in a trace', () =>
    on(async (of) => {
      const sender = openSender(of.client())
      const record = { topic: of.topic, key: 'key', value: 'traced' }
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      await sender.send([record, { ...record, traceparent }])
      await sender.close()
      const both = await Promise.all([0, 1].map((partition) => recordsIn(of, partition)))
      expect(both.flat().map((found) => found.traceparent)).toEqual([undefined, traceparent])
    }))
})

const PLAIN = { maxInFlightRequests: 1, retry: { retries: 0 } }

const producerOf = async (of: LogSubject, transactionTimeout = 10_000): Promise<Producer> => {
  const producer = of.client().producer({
    transactionalId: of.id,
    idempotent: false,
    maxInFlightRequests: 1,
    transactionTimeout,
    retry: { retries: 0 },
  })
  await producer.connect()
  return producer
}

const fence = async (of: LogSubject): Promise<void> => {
  const transaction = await (await producerOf(of)).transaction()
  await transaction.abort()
}

const send = async (of: LogSubject, value: string): Promise<void> => {
  const producer = of.client().producer(PLAIN)
  await producer.connect()
  await producer.sendBatch(records(of, value))
  await producer.disconnect()
}

const records = ({ topic }: LogSubject, value: string, partition = 0) => ({
  topicMessages: [{ topic, messages: [{ key: 'key', value, partition }] }],
})

const offsets = ({ topic, group }: LogSubject, offset: string) => ({
  consumerGroupId: group,
  topics: [{ topic, partitions: [{ partition: 0, offset }] }],
})

const committed = async (of: LogSubject): Promise<string> => {
  const admin = of.client().admin()
  await admin.connect()
  const [found] = await admin.fetchOffsets({ groupId: of.group, topics: [of.topic] })
  await admin.disconnect()
  return found?.partitions.find(({ partition }) => partition === 0)?.offset ?? 'none'
}

const recordsIn = async (of: LogSubject, partition: number): Promise<Incoming[]> => {
  const reader = await of.client().openReader(of.topic, partition)
  const { records: found } = await reader.read(0n, 50)
  await reader.close()
  return found
}

/** Everything that a committed reader sees from there on, and where it would go on. */
const read = async (of: LogSubject, from = 0n, waitMs = 50, partition = 0) => {
  const reader = await of.client().openReader(of.topic, partition)
  const values: string[] = []
  const found: bigint[] = []
  let position = from
  for (;;) {
    const { records: list, next } = await reader.read(position, waitMs)
    values.push(...list.map(({ value }) => String(value)))
    found.push(...list.map(({ offset }) => offset))
    if (next === position) break
    position = next
  }
  await reader.close()
  return { values, offsets: found, next: position }
}
