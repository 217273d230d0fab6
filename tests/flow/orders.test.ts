import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { takeOutcomes } from '../../order/intake.ts'
import { placeOrders } from '../../order/orders.ts'
import { postgresStore } from '../../order/postgres-store.ts'
import { sweeper } from '../../order/sweeper.ts'
import type { Database } from '../../shared/database.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import { openLog } from '../../shared/log.ts'
import { keptLog } from '../support/kept-log.ts'
import { databaseOf, outboxOf } from './books.ts'

let database: Database
let place: ReturnType<typeof placeOrders>
beforeAll(async () => {
  ;({ database } = await databaseOf('order'))
  place = placeOrders(postgresStore(database), () => {})
})
afterAll(() => database.close())

const request = (hash: string, amount = 10n) => ({ account: 'ada', amount, hash })
const outcome = (value: unknown): Incoming => ({
  topic: 'approvedOrderTransaction',
  partition: 0,
  offset: 0n,
  key: Buffer.from('ada'),
  value: Buffer.from(JSON.stringify(value)),
})
const placed = async (hash: string): Promise<number> => {
  const [placement] = await place([request(hash)])
  return placement?.type === 'placed' ? placement.order.orderId : -1
}
const statusOf = async (orderId: number) => (await postgresStore(database).find(orderId))?.status

describe('placing', () => {
  test('the same order twenty times at once is one order and one record', async () => {
    const placements = (
      await Promise.all(Array.from({ length: 20 }, () => place([request('same')])))
    ).flat()
    expect(placements.filter(({ type }) => type === 'placed')).toHaveLength(1)
    const ids = placements.map((each) => (each.type === 'hash_reused' ? 0 : each.order.orderId))
    expect(new Set(ids).size).toBe(1)
    const sent = await outboxOf(database)
    expect(sent.filter(({ value }) => value.includes('"same"'))).toHaveLength(1)
  })
  test('a batch answers each request for itself', async () => {
    const batch = [request('b1'), request('b1'), request('b1', 11n), request('b2')]
    const placements = await place(batch)
    expect(placements.map(({ type }) => type)).toEqual([
      'placed',
      'repeated',
      'hash_reused',
      'placed',
    ])
  })
  test('a repeat uses up no number', async () => {
    const first = await placed('c1')
    for (let repeat = 0; repeat < 5; repeat += 1) await place([request('c1')])
    expect(await placed('c2')).toBe(first + 1)
  })
})

describe('an outcome', () => {
  const { log, lines } = keptLog()
  const take = (...values: unknown[]) =>
    takeOutcomes(postgresStore(database), log)(values.map(outcome))

  test('settles an order once, whatever is redelivered', async () => {
    const orderId = await placed('d1')
    const approved = { orderId, outcome: 'approved', reason: null }
    expect(await take(approved, approved)).toEqual([])
    const first = await postgresStore(database).find(orderId)
    expect(first?.status).toBe('COMPLETE')
    expect(await take(approved)).toEqual([])
    expect(await postgresStore(database).find(orderId)).toEqual(first)
  })
  test('has its story told in one line, once', async () => {
    const orderId = await placed('d0')
    const rejected = { orderId, outcome: 'rejected', reason: 'insufficient_funds' }
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const record = { ...outcome(rejected), traceparent } as const
    await takeOutcomes(postgresStore(database), log)([record, record])
    await take(rejected)
    expect(lines.filter((line) => line['orderId'] === orderId)).toMatchObject([
      {
        ...rejected,
        msg: 'order decided',
        level: 'info',
        account: 'ada',
        milliseconds: expect.any(Number),
        resends: 0,
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
    ])
  })
  test('that contradicts an earlier one is set aside and changes nothing', async () => {
    const orderId = await placed('d2')
    await take({ orderId, outcome: 'rejected', reason: 'insufficient_funds' })
    const [letter] = await take({ orderId, outcome: 'approved', reason: null })
    expect(JSON.parse(letter?.value ?? '{}')).toMatchObject({ reason: 'conflict' })
    expect(await statusOf(orderId)).toBe('FAILED')
  })
  test('of an unknown order, or none at all, is set aside; the rest of the batch is not', async () => {
    const orderId = await placed('d3')
    const letters = await take(
      { orderId: 999_999_999, outcome: 'approved', reason: null },
      { nonsense: true },
      { orderId, outcome: 'approved', reason: null },
    )
    expect(letters.map(({ value }) => JSON.parse(value).reason)).toEqual([
      expect.stringContaining('orderId'),
      'order_not_found',
    ])
    expect(await statusOf(orderId)).toBe('COMPLETE')
  })
})

describe('the sweeper', () => {
  const sweep = () =>
    sweeper({
      store: postgresStore(database),
      afterMs: 1_000,
      onEnqueued: () => {},
      log: openLog('test', 'fatal'),
    })()
  const age = (orderId: number, seconds: number) => database.sql`
    update orders set created_at = now() - ${seconds} * interval '1 second',
      resent_at = case when resends > 0 then now() - ${seconds} * interval '1 second' end
    where order_id = ${orderId}`
  const copiesOf = async (hash: string) =>
    (await outboxOf(database)).filter(({ value }) => value.includes(`"${hash}"`)).length

  test('sends a pending order again, then waits twice as long', async () => {
    const orderId = await placed('s1')
    await sweep()
    expect(await copiesOf('s1')).toBe(1)
    await age(orderId, 1.5)
    await sweep()
    expect(await copiesOf('s1')).toBe(2)
    await age(orderId, 1.5)
    await sweep()
    expect(await copiesOf('s1')).toBe(2)
    await age(orderId, 2.5)
    await sweep()
    expect(await copiesOf('s1')).toBe(3)
  })
  test('leaves a decided order alone', async () => {
    const orderId = await placed('s2')
    await takeOutcomes(
      postgresStore(database),
      openLog('test', 'silent'),
    )([outcome({ orderId, outcome: 'approved', reason: null })])
    await age(orderId, 100)
    await sweep()
    expect(await copiesOf('s2')).toBe(1)
  })
})
