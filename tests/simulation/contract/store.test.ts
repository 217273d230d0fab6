import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Request } from '../../../billing/domain/admission.ts'
import { record } from '../../../billing/record.ts'
import type { OrderRequest } from '../../../order/domain/order.ts'
import { placeOrders } from '../../../order/orders.ts'
import { sqlState } from '../../../shared/database.ts'
import { pause } from '../../../shared/wait.ts'
import { until } from '../../support/until.ts'
import { STORES, type StoreSubject } from './store-subjects.ts'

/** What the stores in memory have to do as Postgres does: constraints, locks, rollbacks, numbers. */

setDefaultTimeout(60_000)

describe.each(STORES)('%s', (_name, on) => {
  test('opens an account once', () =>
    on(async ({ billing }) => {
      const request = { account: 'a', currency: 'RUB' } as const
      const answers = await Promise.all([billing.open(request), billing.open(request)])
      expect(answers.toSorted()).toEqual(['account_exists', 'opened'])
      expect(await billing.find('a')).toMatchObject({ sequence: 0, balance: 0n, lastSequence: 0 })
      expect(await billing.find('b')).toBeUndefined()
    }))

  test('numbers what is asked for at once, one by one, under the lock of the account', () =>
    on(async ({ billing }) => {
      await open(billing, 'a')
      const admit = record(billing, () => {})
      const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => admit([deposit('a', `h${n}`)])))
      const numbers = answers.flat().map((each) => each.type === 'accepted' && each.stored.sequence)
      expect(numbers.map(Number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
      expect(await billing.find('a')).toMatchObject({ lastSequence: 5 })
    }))

  test('lets one of two rivals for a hash win, and shows it to the other', () =>
    on(async ({ billing }) => {
      await Promise.all([open(billing, 'a'), open(billing, 'b')])
      const admit = record(billing, () => {})
      const answers = await Promise.all([
        admit([deposit('a', 'same')]),
        admit([deposit('b', 'same')]),
      ])
      const types = answers
        .flat()
        .map((each) => (each.type === 'refused' ? each.refusal : each.type))
      expect(types.toSorted()).toEqual(['accepted', 'hash_reused'])
    }))

  test('keeps nothing of a transaction that fails, but gives none of its numbers again', () =>
    on(async ({ order, openSession }) => {
      const failing = order.place(async (tx) => {
        await tx.insert([wish('lost')])
        await tx.enqueue([{ topic: 't', key: 'k', value: 'lost' }])
        throw new Error('no')
      })
      expect(await failing.catch((error: Error) => error.message)).toBe('no')
      const place = placeOrders(order, () => {})
      const [placed] = await place([wish('kept')])
      expect(placed).toMatchObject({ type: 'placed', order: { orderId: 2, hash: 'kept' } })
      const session = openSession(() => {})
      const { rows } = await session.look([])
      expect(rows.map(({ id, key }) => [id, key])).toEqual([[2n, 'a']])
      await session.close()
    }))

  test('places a hash once, and gives the repeats no number', () =>
    on(async ({ order }) => {
      const place = placeOrders(order, () => {})
      const answers = await Promise.all([
        place([wish('h')]),
        place([wish('h')]),
        place([wish('h')]),
      ])
      expect(
        answers
          .flat()
          .map(({ type }) => type)
          .toSorted(),
      ).toEqual(['placed', 'repeated', 'repeated'])
      const again = await place([wish('h'), { ...wish('h'), amount: 9n }, wish('i')])
      expect(again.map(({ type }) => type)).toEqual(['repeated', 'hash_reused', 'placed'])
    }))

  test('gives up on a lock that is held for too long', () =>
    on(async ({ billing }) => {
      await open(billing, 'a')
      const held = Promise.withResolvers<void>()
      const free = Promise.withResolvers<void>()
      const holder = billing.admit(async (tx) => {
        await tx.known([deposit('a', 'h')])
        held.resolve()
        await free.promise
      })
      await held.promise
      const waiting = billing.admit((tx) => tx.known([deposit('a', 'i')]))
      expect(await waiting.catch(sqlState)).toBe('55P03')
      free.resolve()
      await holder
    }))

  test('ends a circle of transactions that wait for each other, and does one of them again', () =>
    on(async ({ order }) => {
      const place = placeOrders(order, () => {})
      await place([wish('h'), wish('i')])
      let attempts = 0
      const crossing = (first: number, second: number) =>
        order.settle(async (tx) => {
          attempts += 1
          await tx.lock([first])
          await pause(200)
          await tx.lock([second])
        })
      await Promise.all([crossing(1, 2), crossing(2, 1)])
      expect(attempts).toBe(3)
    }))

  test('waits for who settles an order, and sees what became of it', () =>
    on(async ({ order }) => {
      await placeOrders(order, () => {})([wish('h')])
      const locked = Promise.withResolvers<void>()
      const settled = order.settle(async (tx) => {
        await tx.lock([1])
        locked.resolve()
        await pause(100)
        return tx.settle([{ orderId: 1, outcome: 'approved', reason: null }])
      })
      await locked.promise
      const seen = await order.settle((tx) => tx.lock([1, 2]))
      expect([...seen]).toEqual([[1, 'COMPLETE']])
      const [told] = await settled
      expect(told).toMatchObject({ orderId: 1, account: 'a', resends: 0 })
      expect(Number.isInteger(told?.milliseconds)).toBe(true)
      expect(await order.find(1)).toMatchObject({ status: 'COMPLETE', reason: null })
    }))

  test('finds what is due, twice as late each time, and skips what is locked', () =>
    on(async ({ order }) => {
      await placeOrders(order, () => {})([wish('h'), wish('i')])
      const due = () => order.sweep(async (tx) => (await tx.takeDue(200, 10)).map(idOf))
      expect(await due()).toEqual([])
      await pause(300)
      const skipped = await order.settle(async (tx) => {
        await tx.lock([1])
        return due()
      })
      expect(skipped).toEqual([2])
      expect(await due()).toEqual([1])
      expect(await order.overdue(200, 10)).toBe(2)
      await pause(300)
      // Sent again once: due after twice the time.
      expect(await due()).toEqual([])
      await pause(300)
      expect((await due()).toSorted((a, b) => a - b)).toEqual([1, 2])
    }))

  test('keeps what is enqueued with its place in a trace, where it has one', () =>
    on(async ({ order, openSession }) => {
      const message = { topic: 't', key: 'k', value: 'v' }
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      await order.place((tx) => tx.enqueue([message, { ...message, traceparent }]))
      const session = openSession(() => {})
      const { rows } = await session.look([])
      expect(rows).toMatchObject([message, { ...message, traceparent }])
      expect(rows.map((row) => 'traceparent' in row)).toEqual([false, true])
      await session.close()
    }))

  test('gives the lock of the outbox to one session, and a glimpse of it to all', () =>
    on(async ({ order, openSession }) => {
      await placeOrders(order, () => {})([wish('h'), wish('i')])
      const [first, second] = [openSession(() => {}), openSession(() => {})]
      const mine = await first.look([])
      const theirs = await second.look([])
      expect([mine.taken, theirs.taken]).toEqual([true, false])
      expect(mine.rows.map(({ id }) => id)).toEqual([1n, 2n])
      expect(theirs.rows.map(({ id, last }) => [id, last])).toEqual([[1n, 2n]])
      expect((await first.look([1n])).rows.map(({ id }) => id)).toEqual([2n])
      await first.close()
      await pause(300)
      expect((await second.look([])).taken).toBe(true)
      await second.forget([2n])
      expect((await second.look([])).rows).toEqual([])
      await second.close()
    }))

  test('tells whoever has the lock of the outbox, and nobody else', () =>
    on(async ({ order, openSession }) => {
      const heard: string[] = []
      const [first, second] = [
        openSession(() => heard.push('first')),
        openSession(() => heard.push('second')),
      ]
      await first.look([])
      await second.look([])
      await placeOrders(order, () => {})([wish('h')])
      await second.tell()
      await pause(300)
      expect(heard).toEqual(['first'])
      expect((await first.look([])).rows).toHaveLength(1)
      await first.close()
      await until(async () => (await second.look([])).taken, { what: 'the lock to be free' })
      await second.tell()
      await until(() => heard.length > 1, { what: 'the second to be told' })
      expect(heard).toEqual(['first', 'second'])
      await second.close()
    }))

  test('lets one sweep run at a time, and remembers how far it got', () =>
    on(async ({ billing }) => {
      await open(billing, 'a')
      await record(billing, () => {})([deposit('a', 'h'), deposit('a', 'i')])
      await pause(50)
      const page = { afterMs: 10, after: 0n, max: 10 }
      const [looked, rival] = await billing.sweep(async (tx) => {
        expect(await tx.lock()).toBe(true)
        const isFree = await billing.sweep((other) => other.lock())
        const rows = await tx.look(page)
        await tx.remember(rows[0]?.id ?? 0n)
        return [rows, isFree] as const
      })
      expect(rival).toBe(false)
      expect(looked.map(({ id, applied }) => [id, applied])).toEqual([
        [1n, 0],
        [2n, 0],
      ])
      expect(looked.map(({ isYoung }) => isYoung)).toEqual([false, false])
      const left = await billing.sweep((tx) => tx.look({ ...page, afterMs: 60_000 }))
      expect(left.map(({ isYoung }) => isYoung)).toEqual([true])
      expect(left.map(({ id }) => id)).toEqual([2n])
      await billing.sweep((tx) => tx.remember(0n))
      expect(await billing.sweep((tx) => tx.look(page))).toHaveLength(1)
    }))

  test('keeps the first message of an order', () =>
    on(async ({ messages }) => {
      await messages.keep([{ orderId: 1, outcome: 'approved' }])
      const kept = await messages.keep([
        { orderId: 1, outcome: 'rejected' },
        { orderId: 2, outcome: 'rejected' },
      ])
      expect([kept.get(1), kept.get(2), kept.size]).toEqual(['approved', 'rejected', 2])
      expect(await messages.find(1)).toMatchObject({ outcome: 'approved' })
      expect(await messages.find(3)).toBeUndefined()
    }))
})

const deposit = (account: string, hash: string): Request => ({
  type: 'deposit',
  account,
  hash,
  amount: 5n,
})

const wish = (hash: string): OrderRequest => ({ account: 'a', hash, amount: 5n })

const idOf = ({ orderId }: { orderId: number }): number => orderId

const open = (billing: StoreSubject['billing'], account: string) =>
  billing.open({ account, currency: 'RUB' })
