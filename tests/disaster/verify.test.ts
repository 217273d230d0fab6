import { beforeAll, describe, expect, test } from 'bun:test'
import { TOPICS } from '../../billing/events.ts'
import { type Addresses, system } from '../support/system.ts'
import { until } from '../support/until.ts'
import { ask, type Shop, sendTo, shopOf, startLoad } from './shop.ts'
import { runTool, toolFor } from './tool.ts'

/** An audit of a system that runs, while others use it. */

const TIME_MS = 60_000
let addresses: Addresses
let shop: Shop
let tool: ReturnType<typeof toolFor>
beforeAll(async () => {
  addresses = await system()
  shop = shopOf(addresses)
  tool = toolFor(addresses)
}, 120_000)

type Report = {
  mismatches: number
  checks: { check: string; looked: number }[]
  findings: { check: string; account?: string; sequence?: number; orderId?: number }[]
}
const verify = async (...words: string[]) => {
  const { code, output, errors } = await tool('verify', '--json', ...words)
  expect(errors).toBe('')
  return { code, ...(JSON.parse(output) as Report) }
}

describe('verify', () => {
  test(
    'finds nothing in a system under load, however often it looks',
    async () => {
      // What strangers write is set aside, and contradicts nothing.
      await sendTo(
        addresses,
        { topic: 'order', key: 'eve', value: strangersOrder },
        { topic: TOPICS.transactions, key: 'eve', value: strangersDeposit },
      )
      const load = startLoad(shop)
      const reports = [await verify('--late', '30'), await verify('--late', '30', '--fast')]
      await load.stop()
      // One after the other: the gateway is in this process, and both share one pool of sockets.
      for (const id of load.orders) await shop.decided(id)
      reports.push(await verify('--late', '30'))
      for (const { code, findings } of reports) {
        expect(findings).toEqual([])
        expect(code).toBe(0)
      }
      const looked = reports.at(-1)?.checks.filter((check) => check.looked > 3)
      expect(looked?.map(({ check }) => check).toSorted()).toEqual(
        [
          ...Object.values(TOPICS),
          'order',
          'accounts',
          'journal',
          'messages',
          'orders',
          'payments',
        ].toSorted(),
      )
    },
    TIME_MS,
  )

  test(
    'names what was done to the tables, and nothing else',
    async () => {
      const orders = new Map<string, number>()
      for (const name of VICTIMS) {
        await shop.open(name)
        await shop.deposit(name, 10, `${name}-salary`)
        orders.set(name, await shop.order(name, 4, `${name}-book`))
      }
      await Promise.all([...orders.values()].map(shop.decided))
      await Promise.all(
        [...orders.values()].map((id) => until(() => shop.message(id), { what: 'a message' })),
      )
      expect((await verify('--late', '0')).findings).toEqual([])

      for (const [name, service, statement] of DAMAGE) {
        await ask(
          addresses[service].databaseUrl,
          statement.replaceAll('$id', String(orders.get(name))),
        )
      }
      const { code, findings } = await verify('--late', '0')
      expect(code).toBe(1)
      const byVictim = Map.groupBy(
        findings,
        ({ account, orderId }) => account ?? [...orders].find(([, id]) => id === orderId)?.[0],
      )
      expect(new Set(byVictim.keys())).toEqual(new Set(VICTIMS))
      for (const [name, , , checks] of DAMAGE) {
        const found = byVictim.get(name)?.map(({ check }) => check)
        expect([name, new Set(found)]).toEqual([name, new Set(checks)])
      }
      for (const [name, service, , , undo] of DAMAGE) {
        await ask(addresses[service].databaseUrl, undo.replaceAll('$id', String(orders.get(name))))
      }
      expect((await verify()).findings).toEqual([])
    },
    TIME_MS,
  )

  test.each([
    ['a word that nobody knows', ['now'], {}, 2, 'now'],
    ['a time that is none', ['--late', 'soon'], {}, 2, "--late is 'soon'"],
    ['a malformed variable', [], { ORDER_DATABASE_URL: 'mysql://' }, 2, 'ORDER_DATABASE_URL'],
    [
      'a database that is away',
      [],
      { BILLING_DATABASE_URL: 'postgres://a:b@127.0.0.1:9/x' },
      1,
      'ECONNREFUSED',
    ],
  ] as const)('%s is a clear error', async (_what, words, environment, code, why) => {
    const result = await runTool('verify', words, environment)
    expect(result.code).toBe(code)
    expect(result.errors).toContain(why)
    expect(result.errors).not.toContain('at ')
  })
})

const strangersOrder = JSON.stringify({
  orderId: 999_999,
  account: 'mallory',
  amount: '1',
  hash: 'forged',
})
const strangersDeposit = JSON.stringify({
  type: 'deposit',
  account: 'mallory',
  sequence: 1,
  amount: '1',
  hash: 'forged',
})

/** Account, service, what is done, which checks notice it, and how it is undone. */
const DAMAGE = [
  [
    'wrong-balance',
    'billing',
    `update balances set balance = balance + 1 where account = 'wrong-balance'`,
    ['journal', TOPICS.balances],
    `update balances set balance = balance - 1 where account = 'wrong-balance'`,
  ],
  [
    'wrong-line',
    'billing',
    `update journal set reason = 'mercy' where account = 'wrong-line' and sequence = 2`,
    ['journal', TOPICS.journal],
    `update journal set reason = null where account = 'wrong-line' and sequence = 2`,
  ],
  [
    'wrong-sum',
    'billing',
    `update accounts set deposited = 1 where account = 'wrong-sum'`,
    ['accounts'],
    `update accounts set deposited = 1000 where account = 'wrong-sum'`,
  ],
  [
    'wrong-amount',
    'billing',
    `update transactions set amount = 401 where order_id = $id`,
    ['journal', 'orders', TOPICS.transactions],
    `update transactions set amount = 400 where order_id = $id`,
  ],
  [
    'wrong-status',
    'order',
    `update orders set status = 'FAILED' where order_id = $id`,
    ['orders', TOPICS.approved],
    `update orders set status = 'COMPLETE' where order_id = $id`,
  ],
  [
    'wrong-message',
    'notification',
    `update messages set outcome = 'rejected' where order_id = $id`,
    ['orders', TOPICS.approved],
    `update messages set outcome = 'approved' where order_id = $id`,
  ],
  [
    'no-message',
    'notification',
    `delete from messages where order_id = $id`,
    ['orders', TOPICS.approved],
    `insert into messages (order_id, outcome) values ($id, 'approved')`,
  ],
] as const
const VICTIMS = DAMAGE.map(([name]) => name)
