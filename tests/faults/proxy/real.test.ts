import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test'
import { type Database, openDatabase } from '../../../shared/database.ts'
import { fence } from '../../../shared/exactly-once/transactional-producer.ts'
import { openKafka } from '../../../shared/kafka/client.ts'
import { kafkaClient } from '../../../shared/kafka/kafka-client.ts'
import { openLog } from '../../../shared/log.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { createTopics } from '../../support/topics.ts'
import { until } from '../../support/until.ts'
import { startPostgresProxy } from './postgres-proxy.ts'
import { proxiedBroker } from './proxied-broker.ts'
import type { KafkaProxy, PostgresProxy } from './types.ts'

/** The proxies between the clients that the services use and the servers that they are made for. */

setDefaultTimeout(60_000)

const log = openLog('proxies', 'silent')
const outcomeOf = (work: Promise<unknown>): Promise<'ok' | 'failed'> =>
  work.then(
    () => 'ok',
    () => 'failed',
  )

describe('before a broker', () => {
  let broker: Awaited<ReturnType<typeof proxiedBroker>>
  let proxy: KafkaProxy
  beforeAll(async () => {
    broker = await proxiedBroker()
    proxy = broker.proxy
  })
  afterAll(() => broker.dispose())

  const behind = () => ({ clientId: 'proxied', brokers: [broker.proxied], log })
  const direct = () => ({ clientId: 'direct', brokers: [broker.direct], log })

  /** A topic, and a producer of it that has claimed its id. */
  const scene = async () => {
    const topic = `proxied-${crypto.randomUUID()}`
    const admin = openKafka(direct()).admin()
    await admin.connect()
    await createTopics(admin, [{ topic }])
    await admin.disconnect()
    const id = `${topic}-producer`
    const producer = await fence(kafkaClient(behind()), id)
    const commit = (value: string) =>
      producer.commit({
        groupId: `${topic}-group`,
        input: { topic, partition: 0, next: 1n },
        outgoing: [{ topic, key: 'key', value }],
      })
    return { topic, id, producer, commit }
  }

  /** What is committed, once nothing is open any more. */
  const committed = async (topic: string): Promise<string[]> => {
    const reader = await kafkaClient(direct()).openReader(topic, 0)
    try {
      const end = await reader.end()
      const values: string[] = []
      for (let position = await reader.start(); position < end; ) {
        const { records, next } = await reader.read(position, 1_000)
        values.push(...records.map(({ value }) => String(value)))
        position = next
      }
      return values
    } finally {
      await reader.close()
    }
  }

  test('who comes through it stays behind it, and who comes to the broker does not', async () => {
    const ports = [behind(), direct()].map(async (connect) => {
      const admin = openKafka(connect).admin()
      await admin.connect()
      const { brokers } = await admin.describeCluster()
      await admin.disconnect()
      return brokers.map(({ port }) => port)
    })
    expect(await Promise.all(ports)).toEqual([[proxy.port], [broker.directPort]])
  })

  test('a commit whose reply is lost has happened', async () => {
    const { topic, id, producer, commit } = await scene()
    expect(await outcomeOf(commit('first'))).toBe('ok')
    proxy.loseReply('EndTxn', 1, 'reply')
    expect(await outcomeOf(commit('second'))).toBe('failed')
    producer.discard()
    ;(await fence(kafkaClient(behind()), id)).discard()
    expect(await committed(topic)).toEqual(['first', 'second'])
    expect(proxy.losses().at(-1)).toMatchObject({
      way: 'reply',
      outcome: 'done',
      call: { api: 'EndTxn', transactionalId: id, commit: true, clientId: 'proxied' },
    })
  })

  test('a commit whose request is lost has not', async () => {
    const { topic, id, producer, commit } = await scene()
    proxy.loseReply('EndTxn', 1, 'request')
    expect(await outcomeOf(commit('first'))).toBe('failed')
    producer.discard()
    ;(await fence(kafkaClient(behind()), id)).discard()
    expect(await committed(topic)).toEqual([])
  })

  test('a commit that comes too late is refused', async () => {
    const { topic, id, producer, commit } = await scene()
    const losses = proxy.losses().length
    proxy.loseReply('EndTxn', 1, 'late', { lateMs: 1_500 })
    expect(await outcomeOf(commit('first'))).toBe('failed')
    producer.discard()
    ;(await fence(kafkaClient(behind()), id)).discard()
    await until(() => proxy.losses().length > losses, { what: 'the late request' })
    expect(proxy.losses().at(-1)).toMatchObject({ way: 'late', outcome: 'refused' })
    expect(await committed(topic)).toEqual([])
  })

  test('in pieces and late, transactions commit as ever', async () => {
    const { topic, producer, commit } = await scene()
    proxy.slice(7, 60_000)
    proxy.delay(20, 20, 60_000)
    expect(await outcomeOf(commit('first'))).toBe('ok')
    proxy.heal()
    producer.discard()
    expect(await committed(topic)).toEqual(['first'])
  })

  test('in silence, a request is given up after its time, and not before', async () => {
    const { producer, commit } = await scene()
    proxy.blackhole(30_000)
    const startedAt = performance.now()
    expect(await outcomeOf(commit('first'))).toBe('failed')
    expect(performance.now() - startedAt).toBeGreaterThan(4_500)
    proxy.heal()
    producer.discard()
  })
})

describe('before a Postgres', () => {
  let proxy: PostgresProxy
  let database: Database
  let direct: Database
  beforeAll(async () => {
    const url = new URL(await freshDatabase())
    direct = openDatabase({ url: url.href }, { application: 'direct' })
    proxy = await startPostgresProxy({ upstreamPort: Number(url.port) })
    url.port = String(proxy.port)
    database = openDatabase({ url: url.href }, { application: 'proxied', connections: 2 })
    await direct.sql`create table notes (text text not null)`
  })
  beforeEach(async () => {
    await direct.sql`truncate notes`
  })
  afterAll(async () => {
    await database.close()
    await direct.close()
    await proxy.close()
  })

  const write = (text: string) =>
    outcomeOf(database.sql.begin(async (tx) => await tx`insert into notes values (${text})`))
  const texts = async () => {
    const rows = await direct.sql<{ text: string }[]>`select text from notes order by text`
    return rows.map(({ text }) => text)
  }

  test('a commit whose reply is lost has happened, one whose request is lost has not', async () => {
    proxy.loseReply('COMMIT', 1, 'reply')
    expect(await write('1: reply lost')).toBe('failed')
    proxy.loseReply('COMMIT', 1, 'request')
    expect(await write('2: request lost')).toBe('failed')
    expect(await write('3: as ever')).toBe('ok')
    // The driver prepares its COMMIT once for each connection, and then only executes it.
    expect(await write('4: as ever')).toBe('ok')
    expect(await write('5: as ever')).toBe('ok')
    proxy.loseReply('COMMIT', 1, 'reply')
    expect(await write('6: reply lost')).toBe('failed')
    expect(await texts()).toEqual([
      '1: reply lost',
      '3: as ever',
      '4: as ever',
      '5: as ever',
      '6: reply lost',
    ])
    expect(proxy.counts()).toMatchObject({ 'COMMIT.reply': 2, 'COMMIT.request': 1 })
    expect(proxy.losses().at(-1)?.call).toMatchObject({
      statement: 'commit',
      application: 'proxied',
    })
  })

  test('any statement can be lost, also one that commits by itself', async () => {
    // Not what the driver asks by itself when it connects.
    proxy.loseReply('any', 1, 'reply', { only: ({ statement }) => statement.startsWith('insert') })
    expect(await outcomeOf(database.sql`insert into notes values ('alone')`)).toBe('failed')
    expect(await texts()).toEqual(['alone'])
  })
})
