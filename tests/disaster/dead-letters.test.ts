import { beforeAll, describe, expect, test } from 'bun:test'
import { deadLetter } from '../../shared/kafka/dead-letter.ts'
import type { Outgoing } from '../../shared/kafka/record.ts'
import { type Addresses, system } from '../support/system.ts'
import { until } from '../support/until.ts'
import { ask, type Shop, sendTo, shopOf } from './shop.ts'
import { toolFor } from './tool.ts'
import { settledBooks } from './traffic.ts'

/** Letters of a running system, by the commands that operators type. */

const TIME_MS = 60_000
let addresses: Addresses
let shop: Shop
let tool: ReturnType<typeof toolFor>
let paid: number
beforeAll(async () => {
  addresses = await system()
  shop = shopOf(addresses)
  tool = toolFor(addresses)
  await shop.open('ada')
  await shop.deposit('ada', 10, 'salary')
  paid = await shop.order('ada', 4, 'book')
  const refused = await shop.order('ada', 100, 'yacht')
  await Promise.all([shop.decided(paid), shop.decided(refused)])
  await until(() => shop.message(refused), { what: 'the message' })
}, 120_000)

/** What other tests have left behind may still be on its way. */
const books = () => settledBooks(addresses)

const send = (...messages: Outgoing[]) => sendTo(addresses, ...messages)

type Listed = { id: string; state: string; source: string; reason: string }
const letters = async (...words: string[]): Promise<Listed[]> =>
  JSON.parse((await tool('dead-letters', 'list', '--json', ...words)).output) as Listed[]
const letterOf = (reason: string) =>
  until(async () => (await letters()).find((letter) => letter.reason.includes(reason)), {
    what: `a letter because of ${reason}`,
    deadlineMs: 20_000,
  })

describe('dead letters', () => {
  test(
    'what nobody can read is listed, shown, replayed once, and discarded',
    async () => {
      await send({ topic: 'order', key: 'ada', value: 'non\u001b[2Jsense' })
      const { id, source, state } = await letterOf('not JSON')
      expect(state).toBe('open')
      expect(source).toMatch(/^order\/\d@\d+$/)

      const shown = await tool('dead-letters', 'show', id)
      expect(shown.output).toContain('non\\u{1b}[2Jsense')
      expect(shown.output).toContain('ada')

      expect(await tool('dead-letters', 'replay', id)).toMatchObject({ code: 0 })
      const once = await tool('dead-letters', 'replay', id)
      expect(once.code).toBe(1)
      expect(once.errors).toContain('replayed already; --again')
      expect(await tool('dead-letters', 'replay', id, '--again')).toMatchObject({ code: 0 })

      // It is no better than before, so each replay came back as a letter of its own.
      const returned = await until(
        async () => {
          const open = (await letters()).filter(({ reason }) => reason.includes('not JSON'))
          return open.length === 2 ? open : undefined
        },
        { what: 'both to come back' },
      )
      const ids = returned.map((letter) => letter.id)
      expect(ids).not.toContain(id)
      const discarded = await tool('dead-letters', 'discard', ...ids, '--reason', 'a joke')
      expect(discarded.code).toBe(0)
      expect((await letters()).filter(({ reason }) => reason.includes('not JSON'))).toEqual([])
      expect((await tool('dead-letters', 'show', ids[0] ?? '')).output).toContain('a joke')
      const states = new Map((await letters('--all')).map((letter) => [letter.id, letter.state]))
      expect([id, ...ids].map((one) => states.get(one))).toEqual([
        'replayed',
        'discarded',
        'discarded',
      ])
    },
    TIME_MS,
  )

  test(
    'a replay of what was done already does nothing twice',
    async () => {
      const before = await books()
      const open = await letters()
      const at = { partition: 0, offset: 0n, key: Buffer.from('ada') }
      const stored = await ask(
        addresses.order.databaseUrl,
        `select json_build_object('orderId', order_id, 'account', account,
           'amount', amount::text, 'hash', hash)::text as value from orders where order_id = ${paid}`,
      )
      const journaled = await ask(
        addresses.billing.databaseUrl,
        `select json_build_object('type', type, 'account', account, 'sequence', sequence, 'hash', hash,
           'amount', amount::text)::text as value from transactions where account = 'ada' and type = 'deposit'`,
      )
      const outcome = { outcome: 'approved', orderId: paid, account: 'ada', amount: '400' }
      const values = {
        order: String(stored[0]?.['value']),
        bankTransaction: String(journaled[0]?.['value']),
        approvedOrderTransaction: JSON.stringify({ ...outcome, reason: null }),
      }
      await send(
        ...Object.entries(values).map(([topic, value]) =>
          deadLetter({ ...at, topic, value: Buffer.from(value) }, 'by mistake'),
        ),
      )
      const mistakes = (await letters()).filter(({ reason }) => reason === 'by mistake')
      expect(mistakes).toHaveLength(3)
      const ids = mistakes.map(({ id }) => id)
      expect(await tool('dead-letters', 'replay', ...ids)).toMatchObject({ code: 0, errors: '' })
      await tool('dead-letters', 'replay', ...ids, '--again')

      // What comes after them in every partition is done, so they are, too.
      const later = await shop.order('ada', 1, 'pencil')
      await shop.decided(later)
      expect(await shop.balance('ada')).toBe(5)
      await until(() => shop.message(later), { what: 'its message' })
      const changed = new Set(await books()).symmetricDifference(new Set(before))
      const numbers = [...changed].filter((line) => !/^(balances|accounts) /.test(line))
      expect(
        numbers.every((line) => line.includes(' pencil ') || line === `messages ${later} approved`),
      ).toBe(true)
      expect(await letters()).toEqual(open)
    },
    TIME_MS,
  )

  test(
    'of what was too large there is nothing to be replayed',
    async () => {
      await send({ topic: 'order', key: 'ada', value: 'x'.repeat(70_000) })
      const { id } = await letterOf('not JSON')
      const { code, errors } = await tool('dead-letters', 'replay', id)
      expect(code).toBe(1)
      expect(errors).toContain('its 70000 bytes were too many to be kept')
      expect((await letters()).map((letter) => letter.id)).toContain(id)
      await tool('dead-letters', 'discard', id, '--reason', 'noise')
    },
    TIME_MS,
  )

  test.each([
    ['an id that is none', ['replay', 'first'], 2, "'first' is no id"],
    ['a letter that is not there', ['show', '0-999999'], 1, 'no such letter'],
    ['a partition that is not there', ['discard', '77-0', '--reason', 'x'], 1, 'no such letter'],
    ['a folder in which nothing runs', ['list', '--folder', '/nonexistent'], 1, 'nothing runs in'],
  ] as const)('%s is a clear error', async (_what, words, code, why) => {
    const result = await tool('dead-letters', ...words)
    expect(result.code).toBe(code)
    expect(result.errors).toContain(why)
  })
})
