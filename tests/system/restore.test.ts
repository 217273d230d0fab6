import { afterEach, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { isReady } from '../../deploy/local/is-ready.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { openKafka } from '../../shared/kafka/client.ts'
import { openPartitionReader } from '../../shared/kafka/partition-reader.ts'
import { openLog } from '../../shared/log.ts'
import { type PrivateSystem, privateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'
import { check } from './audit/check.ts'
import { collect, type Evidence } from './audit/collect.ts'
import { type Acknowledged, startLoad } from './audit/load.ts'
import { isSettled, placesOf } from './audit/settled.ts'

/** Databases that come back older than the log, as deploy/OPERATIONS.md has operators mend it. */

const PARTITIONS = 4
const SERVICES = ['order', 'billing', 'notification'] as const
const TABLES = {
  order: ['orders', 'outbox'],
  billing: ['accounts', 'transactions', 'balances', 'journal', 'checkpoints', 'sweeps', 'outbox'],
  notification: ['messages'],
}
const RECOVERY = join(import.meta.dir, '../../deploy/recovery')

type Name = (typeof SERVICES)[number]
let system: PrivateSystem
beforeEach(async () => {
  system = await privateSystem({ serviceEnvironment: { SWEEP_AFTER_MS: '1500' } })
}, 120_000)
afterEach(() => system.dispose(), 120_000)

test('billing refuses an older backup, and the log completes what it lacks', async () => {
  const first = await traffic()
  await Promise.all(SERVICES.map(backUp))
  const second = await traffic()
  const later = await evidence()

  await Promise.all(SERVICES.map((name) => system.unit(name).stop()))
  await Promise.all(SERVICES.map(restore))
  await system.unit('billing').start()
  const reason = () => isReady(`${system.addresses.billing.opsUrl}/ready`)
  await until(async () => String(await reason()).includes('database_behind_log'), {
    what: 'billing to refuse',
    deadlineMs: 30_000,
  })
  await system.unit('billing').stop()

  await completeFromLog('billing', 'bankTransaction')
  await completeFromLog('order', 'order')
  await readOutcomesAgain()
  for (const name of SERVICES) await system.unit(name).start()
  for (const name of SERVICES) await system.ready(name)
  const acknowledged = together(first, second)
  await until(async () => isSettled(acknowledged, await evidence()), settling)

  const mended = await evidence()
  expect(check(acknowledged, mended)).toEqual([])
  expect(linesOf(mended)).toEqual(linesOf(later))
}, 240_000)

const settling = { what: 'everything to be settled', deadlineMs: 90_000 }

const traffic = async (): Promise<Acknowledged> => {
  const load = await startLoad(system.url)
  const isEnough = () =>
    Math.min(load.acknowledged.deposits.length, load.acknowledged.orders.length) > 50
  await until(isEnough, { what: 'fifty deposits and orders', deadlineMs: 60_000 })
  await load.stop()
  await until(async () => isSettled(load.acknowledged, await evidence()), settling)
  return load.acknowledged
}

const linesOf = ({ balances, orders }: Evidence): string[] =>
  [...balances, ...orders].map((row) => JSON.stringify(row)).toSorted()

const together = (a: Acknowledged, b: Acknowledged): Acknowledged => ({
  accounts: [...a.accounts, ...b.accounts],
  deposits: [...a.deposits, ...b.deposits],
  orders: [...a.orders, ...b.orders],
  retries: a.retries + b.retries,
})

const ask = (name: Name, statements: string) =>
  withSql(system.addresses[name].databaseUrl, 30_000, (sql) => sql.unsafe(statements))

const backUp = (name: Name) =>
  ask(
    name,
    `create schema backup;
     ${TABLES[name].map((table) => `create table backup.${table} as table ${table};`).join('\n')}`,
  )

const restore = (name: Name) =>
  ask(
    name,
    TABLES[name]
      .map(
        (table) => `
          truncate ${table};
          insert into ${table} overriding system value select * from backup.${table};`,
      )
      .join('\n') +
      (name === 'order'
        ? `select setval(pg_get_serial_sequence('orders', 'order_id'), max(order_id)) from orders;`
        : ''),
  )

const completeFromLog = async (name: Name, topic: string): Promise<void> => {
  const lines = await valuesOf(topic)
  const statements = await Bun.file(join(RECOVERY, `${name}-from-log.sql`)).text()
  await withSql(system.addresses[name].databaseUrl, 30_000, async (sql) => {
    await sql`create temporary table log (line text)`
    await sql`insert into log select * from unnest(${lines}::text[])`
    await sql.unsafe(statements)
  })
}

const valuesOf = async (topic: string): Promise<string[]> => {
  const connect = { clientId: 'operator', brokers: [system.addresses.brokers], log: silent }
  const parts = Array.from({ length: PARTITIONS }, async (_, partition) => {
    const reader = await openPartitionReader(connect, topic, partition)
    const values: string[] = []
    const end = await reader.end()
    for (let position = await reader.start(); position < end; ) {
      const { records, next } = await reader.read(position, 500)
      values.push(...records.map(({ value }) => value?.toString() ?? ''))
      position = next
    }
    await reader.close()
    return values
  })
  return (await Promise.all(parts)).flat()
}

const silent = openLog('operator', 'silent')

const readOutcomesAgain = async (): Promise<void> => {
  const connect = { clientId: 'operator', brokers: [system.addresses.brokers], log: silent }
  const admin = openKafka(connect).admin()
  await admin.connect()
  for (const topic of ['approvedOrderTransaction', 'rejectedOrderTransaction']) {
    await admin.resetOffsets({ groupId: 'notification-outcomes', topic, earliest: true })
  }
  await admin.disconnect()
}

const evidence = () => collect(placesOf(system.addresses, PARTITIONS))
