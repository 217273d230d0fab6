import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Database, openDatabase } from '../../shared/database.ts'
import { openHealth } from '../../shared/health.ts'
import type { Outgoing } from '../../shared/kafka/record.ts'
import type { Sender } from '../../shared/kafka/sender.ts'
import type { Stop } from '../../shared/lifecycle.ts'
import { openLog } from '../../shared/log.ts'
import { enqueue } from '../../shared/outbox/enqueue.ts'
import { relay } from '../../shared/outbox/relay.ts'
import { outboxSession } from '../../shared/outbox/session.ts'
import { bell } from '../../shared/wait.ts'
import { until } from '../support/until.ts'
import { databaseOf, outboxOf } from './books.ts'

/** The relay on a real Postgres, with a log that a test can make fail. */

let database: Database
let url: string
let running: Stop[] = []
beforeEach(async () => {
  ;({ url, database } = await databaseOf('order'))
})
afterEach(async () => {
  await Promise.all(running.map((stop) => stop()))
  running = []
  await database.close()
})

const messages = (from: number, to: number): Outgoing[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    topic: 't',
    key: 'k',
    value: String(from + index),
  }))
const put = (list: readonly Outgoing[]) => database.sql.begin((tx) => enqueue(tx, list))

/** Collects what is sent; `fail` may throw before or after it has taken a batch. */
const collector = (fail: (batch: number) => 'before' | 'after' | undefined = () => undefined) => {
  const sent: string[] = []
  let batch = 0
  const sender: Sender = {
    send: async (list) => {
      batch += 1
      const failure = fail(batch)
      if (failure === 'before') throw new Error('the log is away')
      sent.push(...list.map(({ value }) => value))
      if (failure === 'after') throw new Error('died after sending, before deleting')
    },
    close: async () => {},
  }
  return { sender, sent }
}

const start = async (sender: Sender, work = bell()) => {
  const health = openHealth()
  const signal = health.signal('relay')
  const log = openLog('test', 'fatal')
  const part = relay({
    openSession: outboxSession((options) => openDatabase({ url }, options)),
    sender,
    work,
    health: signal,
    log,
  })
  running.push(await part.start(new AbortController().signal))
  return { work, health }
}

/** Ends the connection of whoever has the lock. */
const killOwner = () => database.sql`
  select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
  and pid <> pg_backend_pid()
  and database = (select oid from pg_database where datname = current_database())`

const isDrained = async () => (await outboxOf(database)).length === 0

describe('the relay', () => {
  test('sends what is enqueued, in sequence, and empties the outbox', async () => {
    await put(messages(1, 1_200))
    const { sender, sent } = collector()
    await start(sender)
    await until(isDrained, { what: 'the outbox to be empty' })
    expect(sent).toEqual(messages(1, 1_200).map(({ value }) => value))
  })

  test('that dies between send and delete sends again and loses nothing', async () => {
    await put(messages(1, 600))
    const { sender, sent } = collector((batch) => (batch <= 2 ? 'after' : undefined))
    await start(sender)
    await until(isDrained, { what: 'the outbox to be empty' })
    expect(sent.length).toBeGreaterThan(600)
    expect([...new Set(sent)]).toEqual(messages(1, 600).map(({ value }) => value))
  })

  test('keeps everything while the log is away, and says so', async () => {
    await put(messages(1, 3))
    let isAway = true
    const { sender, sent } = collector(() => (isAway ? 'before' : undefined))
    const { health } = await start(sender)
    await until(() => health.report().checks.some(({ reason }) => reason?.includes('outbox')), {
      what: 'the relay to be down',
    })
    expect(await outboxOf(database)).toHaveLength(3)
    isAway = false
    await until(isDrained, { what: 'the outbox to be empty' })
    expect(sent).toEqual(['1', '2', '3'])
  })

  test('finds a row that commits late under a lower id', async () => {
    const { sender, sent } = collector()
    const { work } = await start(sender)
    const gate = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const late = database.sql.begin(async (tx) => {
      await enqueue(tx, [{ topic: 't', key: 'late', value: 'late' }])
      started.resolve()
      await gate.promise
    })
    await started.promise
    await put(messages(1, 1))
    work.ring()
    await until(() => sent.includes('1'), { what: 'the later row to be sent' })
    gate.resolve()
    await late
    work.ring()
    await until(() => sent.includes('late'), { what: 'the earlier row to be sent' })
    await until(isDrained, { what: 'the outbox to be empty' })
  })

  test('runs once, however many are started; a second takes over when the first stops', async () => {
    const [one, two] = [collector(), collector()]
    const first = await start(one.sender)
    await until(() => first.health.report().ready, { what: 'the first relay to be up' })
    await start(two.sender)
    await put(messages(1, 5))
    first.work.ring()
    await until(isDrained, { what: 'the outbox to be empty' })
    expect([one.sent.length, two.sent.length]).toEqual([5, 0])
    await running.shift()?.()
    await put(messages(6, 6))
    await until(isDrained, { what: 'the second relay to take over' })
    expect(two.sent).toEqual(['6'])
  })

  test('is told of what another process enqueued', async () => {
    const [one, two] = [collector(), collector()]
    const work = bell()
    let told = 0
    const ring = () => {
      told += 1
      work.ring()
    }
    const first = await start(one.sender, { ...work, ring })
    await until(() => first.health.report().ready, { what: 'the first relay to be up' })
    const second = await start(two.sender)
    await until(() => second.health.report().ready, { what: 'the second relay to be up' })
    await put(messages(1, 1))
    second.work.ring()
    await until(isDrained, { what: 'the outbox to be empty' })
    expect([one.sent, two.sent, told]).toEqual([['1'], [], 1])
  })

  test('does not wait for one that sleeps with the lock in its hands', async () => {
    const sleeper = openDatabase(
      { url },
      {
        application: 'sleeper',
        connections: 1,
        idleSessionMs: 500,
      },
    )
    await sleeper.sql`select pg_advisory_lock(7316001)`
    await put(messages(1, 3))
    const { sender, sent } = collector()
    await start(sender)
    await until(isDrained, { what: 'the outbox to be empty' })
    expect(sent).toEqual(['1', '2', '3'])
    await sleeper.close()
  })

  test('takes up its work again when its connection is killed', async () => {
    const { sender, sent } = collector()
    const { health } = await start(sender)
    await until(() => health.report().ready, { what: 'the relay to be up' })
    await killOwner()
    await put(messages(1, 2))
    await until(isDrained, { what: 'the outbox to be empty' })
    expect([...new Set(sent)]).toEqual(['1', '2'])
  })
})
