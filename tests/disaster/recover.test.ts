import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isReady } from '../../deploy/local/is-ready.ts'
import { type PrivateSystem, privateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'
import { ask, booksOf, type Shop, shopOf } from './shop.ts'
import { toolFor } from './tool.ts'
import { settledBooks, trade } from './traffic.ts'

/** What was lost or restored is found, and mended by one command; the books are as they were. */

const TIME_MS = 120_000
const SERVICES = ['order', 'billing', 'notification'] as const
type Name = (typeof SERVICES)[number]

let system: PrivateSystem
let shop: Shop
let tool: ReturnType<typeof toolFor>
beforeAll(async () => {
  system = await privateSystem({ serviceEnvironment: { SWEEP_AFTER_MS: '1500' } })
  shop = shopOf(system)
  tool = toolFor(system.addresses)
}, TIME_MS)
afterAll(() => system.dispose(), TIME_MS)

const stop = (...names: readonly Name[]) =>
  Promise.all(names.map((name) => system.unit(name).stop()))
const start = async (...names: readonly Name[]) => {
  await Promise.all(names.map((name) => system.unit(name).start()))
  await Promise.all(names.map((name) => system.ready(name)))
}
const sql = (name: Name, statement: string) => ask(system.addresses[name].databaseUrl, statement)

/** What is found, what mends it, and that all is as before; the services are stopped meanwhile. */
const mend = async (name: string, sign: string): Promise<void> => {
  const diagnosis = await tool('recover')
  expect(diagnosis).toMatchObject({ code: 1, errors: '' })
  expect(diagnosis.output).toContain(`${name}:`)
  expect(diagnosis.output).toContain(sign)
  const done = await tool('recover', name, '--yes')
  expect(done).toMatchObject({ code: 0, errors: '' })
}
const isAsBefore = async (before: readonly string[]): Promise<void> => {
  expect(await settledBooks(system.addresses)).toEqual([...before])
  expect(await tool('verify', '--late', '60', '--fast')).toMatchObject({ code: 0 })
}

const OUTPUTS =
  /^(bankBalance|processedTransaction|approvedOrderTransaction|rejectedOrderTransaction)-\d+$/

test(
  'the end of the outputs is lost: they are decided again, as before',
  async () => {
    const log = join(dirname(system.services.order.logFile), '../data/kafka/log')
    const snapshot = join(log, '../snapshot')
    await trade(shop, 'early')
    await settledBooks(system.addresses)
    await system.unit('broker').stop()
    await cp(log, snapshot, { recursive: true })
    await system.unit('broker').start()
    for (const name of SERVICES) await system.ready(name)
    await trade(shop, 'late')
    const before = await settledBooks(system.addresses)

    await stop(...SERVICES)
    await system.unit('broker').stop()
    const outputs = (await readdir(log)).filter((name) => OUTPUTS.test(name))
    expect(outputs).toHaveLength(16)
    for (const name of outputs) {
      await rm(join(log, name), { recursive: true })
      await cp(join(snapshot, name), join(log, name), { recursive: true })
    }
    await system.unit('broker').start()
    await mend('broker-lost', 'but the group order-outcomes had read up to')
    await start(...SERVICES)
    await isAsBefore(before)
  },
  TIME_MS,
)

test(
  'billing without the tables of its cache makes them anew',
  async () => {
    await trade(shop, 'cached')
    const before = await settledBooks(system.addresses)
    const running = await tool('recover', 'cache-lost', '--yes', '--anyway')
    expect(running.code).toBe(1)
    expect(running.errors).toMatch(/services still run: order .*billing .*notification/)
    expect(await booksOf(system.addresses)).toEqual(before)

    await stop(...SERVICES)
    // A copy that was emptied alone, although its checkpoint says that it is full.
    await sql('billing', 'truncate balances')
    expect((await tool('recover')).output).toContain('balances is empty')
    await sql('billing', 'drop table balances, journal, checkpoints')
    await mend('cache-lost', 'billing has no table balances')
    await start(...SERVICES)
    await isAsBefore(before)
  },
  TIME_MS,
)

const TABLES = {
  order: ['orders', 'outbox'],
  billing: ['accounts', 'transactions', 'balances', 'journal', 'checkpoints', 'sweeps', 'outbox'],
  notification: ['messages'],
}

test(
  'databases that are older than the log are found by their services, and completed',
  async () => {
    await trade(shop, 'kept')
    await settledBooks(system.addresses)
    for (const name of SERVICES) await sql(name, backUp(name))
    await trade(shop, 'forgotten')
    const before = await settledBooks(system.addresses)
    await stop(...SERVICES)
    for (const name of SERVICES) await sql(name, restore(name))

    // Neither gives a number twice before somebody has looked.
    await Promise.all([system.unit('order').start(), system.unit('billing').start()])
    for (const name of ['order', 'billing'] as const) {
      await until(
        async () =>
          String(await isReady(`${system.addresses[name].opsUrl}/ready`)).includes(
            'database_behind_log',
          ),
        { what: `${name} to refuse`, deadlineMs: 30_000 },
      )
    }
    expect(await shop.order('ada-kept', 1, 'given-twice').catch(String)).toMatch(/50[23]|refused/)
    await stop('order', 'billing')

    await mend('database-behind', "billing's database")
    await start(...SERVICES)
    await isAsBefore(before)
  },
  TIME_MS,
)

test(
  'messages that were lost are told again, while all runs',
  async () => {
    await trade(shop, 'told')
    const before = await settledBooks(system.addresses)
    await sql('order', `update orders set decided_at = decided_at - interval '1 hour'`)
    await sql('notification', 'truncate messages')
    await mend('messages-lost', 'decided orders have no message')
    await isAsBefore(before)
  },
  TIME_MS,
)

const backUp = (name: Name): string =>
  [
    'create schema backup',
    ...TABLES[name].map((table) => `create table backup.${table} as table ${table}`),
  ].join(';')

const restore = (name: Name): string =>
  [
    ...TABLES[name].flatMap((table) => [
      `truncate ${table}`,
      `insert into ${table} overriding system value select * from backup.${table}`,
    ]),
    ...(name === 'order'
      ? [`select setval(pg_get_serial_sequence('orders', 'order_id'), max(order_id)) from orders`]
      : []),
  ].join(';')
