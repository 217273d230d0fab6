import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import postgres from 'postgres'
import { type PrivateSystem, privateSystem } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { check } from '../check/check.ts'
import { collectDump } from './collect.ts'
import type { Dump, DumpRecord, TopicName } from './dump.ts'
import { readDump } from './read-dump.ts'
import { smallRun } from './small-run.ts'

/** A dump of a real broker and a real Postgres, after a few orders and two records of ill will. */

const START_MS = 120_000
const PARTITIONS = 2
const POISON = Buffer.from([0xff, 0x0a, 0x00, 0x5c, 0x09, 0xc3])

let system: PrivateSystem
let dump: Dump

beforeAll(async () => {
  system = await privateSystem({ partitions: PARTITIONS })
  const folder = join(system.folder.root, 'dump')
  const { addresses } = system
  await runSmallLoad(folder, system.url)
  await Bun.write(join(folder, 'run.json'), JSON.stringify({ partitions: PARTITIONS, seed: 1 }))
  await Bun.write(
    join(folder, 'faults.jsonl'),
    JSON.stringify({ kind: 'poison', topic: 'order', ...(await plant(addresses.brokers)) }),
  )
  await forgetGroup(addresses.brokers)
  const databases = {
    order: addresses.order.databaseUrl,
    billing: addresses.billing.databaseUrl,
    notification: addresses.notification.databaseUrl,
  }
  const places = {
    brokers: [addresses.brokers],
    kafkaDataFolder: system.folder.kafka,
    databases,
    partitions: PARTITIONS,
  }
  dump = await settledDump(folder, places)
}, START_MS)
afterAll(() => system.dispose())

/** Accounts, deposits, an approved and a rejected order, one of nobody, and all their readings. */
const runSmallLoad = async (folder: string, url: string): Promise<void> => {
  const run = await smallRun(folder, url)
  for (const account of ['bits-1', 'bits-2']) {
    await run.create(account)
    await run.deposit(account, 256n, `${account}-d1`)
    await run.deposit(account, 1024n, `${account}-d2`)
    await run.deposit(account, 1024n, `${account}-d2`)
    await run.balance(account)
  }
  const orders = [
    await run.order('bits-1', 512n, 'o1'),
    await run.order('bits-1', 4096n, 'o2'),
    await run.order('nobody', 128n, 'o3'),
  ]
  for (const order of orders) {
    await until(async () => (await run.message(order))['text'], { what: `a message for ${order}` })
    await until(async () => (await run.status(order))['status'] !== 'PENDING', {
      what: `the end of ${order}`,
    })
  }
  await run.balance('bits-1')
  run.close()
}

/** A record that nobody can read, and one of a transaction that is aborted. Answers the first. */
const plant = async (brokers: string) => {
  const producer = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).producer({
    transactionalId: 'ill-will',
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const aborted = await producer.transaction()
  await aborted.send({
    topic: 'approvedOrderTransaction',
    messages: [{ key: 'bits-1', value: 'never\nseen', partition: 1 }],
  })
  await aborted.abort()
  const committed = await producer.transaction()
  const [placed] = await committed.send({
    topic: 'order',
    messages: [{ key: Buffer.from([0xfe]), value: POISON, partition: 0 }],
  })
  await committed.commit()
  await producer.disconnect()
  return { partition: 0, offset: placed?.baseOffset }
}

/** Who was somewhere, and of whom the broker knows nothing any more. */
const forgetGroup = async (brokers: string): Promise<void> => {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const partitions = [{ partition: 0, offset: '1' }]
  await admin.setOffsets({ groupId: 'forgotten', topic: 'order', partitions })
  await admin.deleteGroups(['forgotten'])
  await admin.disconnect()
}

type Places = Parameters<typeof collectDump>[1]

/** Waits for the projections and for the letter of the poison, and collects then. */
const settledDump = async (folder: string, places: Places): Promise<Dump> => {
  const admin = new Kafka({ brokers: [...places.brokers], logLevel: logLevel.NOTHING }).admin()
  const sql = postgres(places.databases.billing, { max: 1 })
  await admin.connect()
  try {
    const ends = async (topic: string) => {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.reduce((sum, { high }) => sum + Number(high), 0)
    }
    await until(async () => (await ends('deadLetter')) > 0, { what: 'the dead letter' })
    await until(
      async () => {
        const [row] = await sql`
          select sum(position) as stored from checkpoints where topic = 'bankBalance'`
        return Number(row?.['stored']) === (await ends('bankBalance'))
      },
      { what: 'the projection' },
    )
    await collectDump(folder, places)
    return await readDump(folder)
  } finally {
    await admin.disconnect()
    await sql.end()
  }
}

const textOf = (record: DumpRecord | undefined): string =>
  typeof record?.value === 'string' ? record.value : ''

const values = (topic: TopicName, isolation: 'committed' | 'uncommitted') =>
  dump.topics[topic][isolation].map(({ value }) => value)

test('bytes that are no text survive', () => {
  const poison = { key: { base64: '/g==' }, value: { base64: POISON.toString('base64') } }
  expect(dump.topics.order.committed).toContainEqual(expect.objectContaining(poison))
})
test('what was aborted is seen by the reader that does not wait, and by no other', () => {
  expect(values('approvedOrderTransaction', 'uncommitted')).toContain('never\nseen')
  expect(values('approvedOrderTransaction', 'committed')).not.toContain('never\nseen')
})
test('every topic is there, each record at its place', () => {
  expect(values('order', 'committed')).toHaveLength(4)
  expect(values('bankTransaction', 'committed')).toHaveLength(6)
  expect(values('processedTransaction', 'uncommitted')).toHaveLength(6)
  expect(values('deadLetter', 'committed')).toHaveLength(1)
  const [first] = dump.topics.bankTransaction.committed.filter(({ key }) => key === 'bits-1')
  expect(JSON.parse(textOf(first))).toMatchObject({ account: 'bits-1', sequence: 1 })
  expect(first?.offset).toBe(0)
})
test('offsets say how far everything and everybody got', () => {
  const { topics, groups } = dump.offsets
  const [zero, one] = topics['approvedOrderTransaction'] ?? []
  expect([zero?.start, one?.start]).toEqual([0, 0])
  expect(one?.lastStable).toBe(one?.end ?? -1)
  expect(Object.keys(groups).toSorted()).toEqual([
    'billing-intake',
    'billing-ledger',
    'notification-outcomes',
    'order-outcomes',
  ])
  const read = groups['billing-ledger']?.['bankTransaction'] ?? []
  expect(read.reduce((sum, { committed }) => sum + committed, 0)).toBe(6)
})
test('the segments tell who wrote, and how transactions ended', () => {
  const of = (topic: string) => (dump.batches ?? []).filter((batch) => batch.topic === topic)
  expect(of('approvedOrderTransaction').map(({ control }) => control)).toContain('ABORT')
  expect(of('bankTransaction').some(({ isTransactional }) => isTransactional)).toBe(false)
  expect(of('bankBalance').every(({ isTransactional }) => isTransactional)).toBe(true)
  const commits = of('__consumer_offsets').flatMap(({ commits: found }) => found ?? [])
  expect(commits).toContainEqual(
    expect.objectContaining({ group: 'billing-ledger', topic: 'bankTransaction' }),
  )
  const forgotten = commits.filter(({ group }) => group === 'forgotten')
  expect(forgotten.map(({ offset }) => offset)).toEqual([1, null])
})
test('the coordinator tells of each transaction what it was made of', () => {
  const notes = (dump.transactions ?? []).filter(({ transactionalId: id }) => id !== 'ill-will')
  const committed = notes.filter(({ state }) => state === 'PrepareCommit')
  expect(committed.length).toBeGreaterThan(1)
  for (const { partitions } of committed) expect(partitions).toContain('__consumer_offsets/0')
  expect(committed.flatMap(({ partitions }) => partitions)).toContain('bankBalance/0')
  const ids = new Set(notes.map(({ transactionalId: id }) => id))
  expect([...ids].toSorted()).toEqual([
    'billing-ledger-bankTransaction-0',
    'billing-ledger-bankTransaction-1',
  ])
})
test('tables are there, and the history', () => {
  expect(dump.tables.orders.map(({ status }) => status).toSorted()).toEqual([
    'COMPLETE',
    'FAILED',
    'FAILED',
  ])
  expect(dump.tables.journal).toHaveLength(6)
  expect(dump.tables.messages).toHaveLength(3)
  expect(dump.operations.filter(({ outcome }) => outcome === 'failed')).not.toEqual([])
})
test('nothing is wrong with it', () => {
  expect(check(dump)).toEqual([])
})
