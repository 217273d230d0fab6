import { afterEach, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { isReady } from '../../deploy/local/is-ready.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { ensureTopics, TOPICS } from '../../deploy/topics.ts'
import { openKafka } from '../../shared/kafka/client.ts'
import { openLog } from '../../shared/log.ts'
import { pause } from '../../shared/wait.ts'
import { type PrivateSystem, privateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'
import { check } from './audit/check.ts'
import { collect, type Evidence } from './audit/collect.ts'
import { type Load, startLoad } from './audit/load.ts'
import { isSettled, placesOf } from './audit/settled.ts'

/** A new generation of topics, as deploy/OPERATIONS.md has operators make it. */

const [BEFORE, AFTER] = [4, 6]
/** Nothing has to be waited out here that would take the default of 15 s. */
const ENVIRONMENT = { SWEEP_AFTER_MS: '1500' }
const GROUPS = ['order-outcomes', 'billing-intake', 'billing-ledger', 'notification-outcomes']
const ROOT = join(import.meta.dir, '../..')

type Name = 'order' | 'billing' | 'notification'
let system: PrivateSystem
let children: Bun.Subprocess[] = []
beforeEach(async () => {
  system = await privateSystem({ partitions: BEFORE, serviceEnvironment: ENVIRONMENT })
}, 120_000)
afterEach(async () => {
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(children.map(({ exited }) => exited))
  children = []
  await system.dispose()
}, 120_000)

test('topics with more partitions take over, and a pending order is decided once', async () => {
  const load = await startLoad(system.url)
  await until(() => isEnough(load), enough)
  await load.stop()
  await until(async () => isSettled(load.acknowledged, await evidence(BEFORE)), settling)
  const earlier = await evidence(BEFORE)

  await system.unit('billing').stop()
  await load.placeOrders(3)
  const waiting = async () => (await evidence(BEFORE)).waiting
  await until(async () => (await waiting()).every(({ count }) => count === 0), settling)
  await stopServices('order', 'notification')

  await replaceTopics()
  await startOnNewTopics(load)

  const later = await evidence(AFTER)
  expect(check(load.acknowledged, later)).toEqual([])
  expect(later.transactions.length).toBe(earlier.transactions.length + 3)
  expect(decisionsOf(later).intersection(decisionsOf(earlier))).toEqual(decisionsOf(earlier))
  expect(messagesOf(later).intersection(messagesOf(earlier))).toEqual(messagesOf(earlier))
}, 240_000)

test('a log that was lost in the middle of everything is made again from the databases', async () => {
  const load = await startLoad(system.url)
  await until(() => isEnough(load), enough)
  await system.unit('broker').kill()
  await pause(1_000)
  await load.stop()
  await stopServices('order', 'billing', 'notification')
  await system.unit('broker').start()

  await replaceTopics()
  // Its rows are in the way: they are later in sequence than what has to be sent first.
  await ask('billing', 'truncate outbox')
  await startOnNewTopics(load)
  expect(check(load.acknowledged, await evidence(AFTER))).toEqual([])
}, 240_000)

/** Less of it would prove nothing. */
const isEnough = ({ acknowledged: { deposits, orders } }: Load) =>
  Math.min(deposits.length, orders.length) > 50
const enough = { what: 'fifty deposits and orders', deadlineMs: 60_000 }

const stopServices = (...names: Name[]) =>
  Promise.all(names.map((name) => system.unit(name).stop()))

/** Old topics and positions go, new topics come, and billing's tables forget what they stood for. */
const replaceTopics = async (): Promise<void> => {
  const { brokers } = system.addresses
  const log = openLog('operator', 'silent')
  const admin = openKafka({ clientId: 'operator', brokers: [brokers], log }).admin()
  await admin.connect()
  const left = async () =>
    (await admin.listGroups()).groups.flatMap(({ groupId }) =>
      GROUPS.includes(groupId) ? [groupId] : [],
    )
  const areGone = async () => {
    // Refused while the broker still waits for members that have gone.
    await admin.deleteGroups(await left()).catch(() => {})
    return (await left()).length === 0
  }
  await until(areGone, { what: 'the groups to be gone', deadlineMs: 60_000 })
  const names = TOPICS.map(({ name }) => name)
  await admin.deleteTopics({ topics: names })
  const isGone = async () => (await admin.listTopics()).every((name) => !names.includes(name))
  await until(isGone, { what: 'the topics to be gone' })
  await admin.disconnect()
  const options = { brokers: [brokers], partitions: AFTER, replicationFactor: 1 }
  // What a broker says of topics that were made this moment may still be what was before.
  const areThere = () =>
    ensureTopics(options).then(
      () => true,
      () => false,
    )
  await until(areThere, { what: 'the new topics', deadlineMs: 60_000 })
  await ask('billing', 'truncate balances, journal, checkpoints, sweeps')
}

/** Billing first, alone, until all is decided again: what comes meanwhile would come too early. */
const startOnNewTopics = async (load: Load): Promise<void> => {
  await startService('billing')
  await until(async () => (await unapplied()) === 0, {
    what: 'every transaction to be applied again',
    deadlineMs: 60_000,
  })
  await Promise.all([startService('order'), startService('notification')])
  await until(async () => isSettled(load.acknowledged, await evidence(AFTER)), settling)
}

/** The query of the guide. */
const unapplied = async (): Promise<number> => {
  const [row] = await ask(
    'billing',
    `select count(*) from accounts left join balances using (account)
     where last_sequence > coalesce(sequence, 0)`,
  )
  return Number(row?.['count'])
}

/** As the one that was stopped, with the new number of partitions. */
const startService = async (name: Name): Promise<void> => {
  const { url, opsUrl, databaseUrl } = system.addresses[name]
  const child = Bun.spawn([process.execPath, join(ROOT, name, 'main.ts')], {
    cwd: ROOT,
    stdout: 'ignore',
    stderr: 'ignore',
    env: {
      ...process.env,
      ...ENVIRONMENT,
      PORT: new URL(url).port,
      OPS_PORT: new URL(opsUrl).port,
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: system.addresses.brokers,
      TOPIC_PARTITIONS: String(AFTER),
    },
  })
  children.push(child)
  const ready = async () => (await isReady(`${opsUrl}/ready`)) === true
  await until(ready, { what: `${name} to be ready`, deadlineMs: 60_000 })
}

const ask = (name: Name, statement: string) =>
  withSql(system.addresses[name].databaseUrl, 20_000, (sql) => sql.unsafe(statement))

const evidence = (partitions: number) => collect(placesOf(system.addresses, partitions))

const settling = { what: 'everything to be settled', deadlineMs: 90_000 }

const decisionsOf = ({ journal }: Evidence): Set<string> =>
  new Set(journal.map(({ account, sequence, state }) => `${account} ${sequence} ${state}`))
const messagesOf = ({ messages }: Evidence): Set<string> =>
  new Set(messages.map(({ order_id, outcome }) => `${order_id} ${outcome}`))
