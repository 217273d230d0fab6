import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { balanceCodec, journalCodec, TOPICS } from '../../../billing/events.ts'
import { record } from '../../../billing/record.ts'
import { sqlState } from '../../../shared/database.ts'
import { HaltError } from '../../../shared/exactly-once/halt.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'
import { STORES, type StoreSubject } from './store-subjects.ts'

/** What the projections in memory have to do as those in Postgres do. */

setDefaultTimeout(60_000)

describe.each(STORES)('%s', (_name, on) => {
  test('stores rows and checkpoint, and tells what is stored', () =>
    on(async ({ billing }) => {
      const stored: [string, number][] = []
      const balances = billing.balances((account, sequence) => stored.push([account, sequence]))
      await accepted(billing, 2)
      expect(await balances.checkpoint(0)).toBe(0n)
      await balances.store([balance(1, 5n), balance(2, 10n)], 0, 3n)
      expect(stored).toEqual([['a', 2]])
      expect(await balances.checkpoint(0)).toBe(3n)
      expect(await balances.checkpoint(1)).toBe(0n)
      expect(await billing.find('a')).toMatchObject({ sequence: 2, balance: 10n })
      expect((await billing.load(['a', 'b'])).size).toBe(1)
    }))

  test('replaces no newer row by an older one, and moves no checkpoint back', () =>
    on(async ({ billing }) => {
      const balances = billing.balances(() => {})
      await accepted(billing, 2)
      await balances.store([balance(2, 10n)], 0, 3n)
      await balances.store([balance(1, 5n)], 0, 1n)
      expect(await billing.find('a')).toMatchObject({ sequence: 2, balance: 10n })
      expect(await balances.checkpoint(0)).toBe(3n)
    }))

  test('refuses a balance below zero, and keeps nothing of its batch', () =>
    on(async ({ billing }) => {
      const balances = billing.balances(() => {})
      await accepted(billing, 1)
      const refused = balances.store([balance(1, -1n)], 0, 3n)
      expect(await refused.catch(sqlState)).toBe('23514')
      expect(await balances.checkpoint(0)).toBe(0n)
    }))

  test('halts at a number that it never gave', () =>
    on(async ({ billing }) => {
      const balances = billing.balances(() => {})
      await accepted(billing, 1)
      const ahead = balances.store([balance(2, 10n)], 0, 3n)
      expect(await ahead.catch((error: unknown) => error)).toBeInstanceOf(HaltError)
      expect(await billing.find('a')).toMatchObject({ sequence: 0 })
      expect(await balances.checkpoint(0)).toBe(0n)
    }))

  test('keeps each line of the journal once, and answers outcomes from it', () =>
    on(async ({ billing }) => {
      await accepted(billing, 1, [7, 9])
      await billing.journal.store([line(1, null), line(2, 7)], 0, 2n)
      await billing.journal.store([line(2, 7, 'REJECTED'), line(3, 9)], 0, 4n)
      const outcomes = await billing.admit((tx) =>
        tx.outcomes([1, 2, 3, 4].map((sequence) => ({ account: 'a', sequence }))),
      )
      const told = outcomes.map(({ orderId, outcome }) => `${orderId} ${outcome}`)
      expect(told.toSorted()).toEqual(['7 approved', '9 approved'])
      expect(await billing.journal.checkpoint(0)).toBe(4n)
    }))

  test('halts at a transaction that it did not accept, and keeps nothing of its batch', () =>
    on(async ({ billing }) => {
      await accepted(billing, 1, [7])
      const other = billing.journal.store([line(1, null), line(2, 8)], 0, 2n)
      expect(await other.catch((error: unknown) => error)).toBeInstanceOf(HaltError)
      expect(await billing.journal.checkpoint(0)).toBe(0n)
    }))
})

/** So many deposits of the account, and these orders, are numbered. */
const accepted = async (
  billing: StoreSubject['billing'],
  count: number,
  orderIds: readonly number[] = [],
): Promise<void> => {
  await billing.open({ account: 'a', currency: 'RUB' })
  const kinds = [...Array.from({ length: count }, () => null), ...orderIds]
  await record(billing, () => {})(
    kinds.map((orderId, index) => {
      const common = { account: 'a', hash: `hash-${index + 1}`, amount: 5n }
      return orderId === null
        ? { type: 'deposit', ...common }
        : { type: 'payment', ...common, orderId }
    }),
  )
}

const incoming = (topic: string, value: string): Incoming => ({
  topic,
  partition: 0,
  offset: 0n,
  key: Buffer.from('a'),
  value: Buffer.from(value),
})

const balance = (sequence: number, amount: bigint): Incoming =>
  incoming(
    TOPICS.balances,
    balanceCodec.encode({
      account: 'a',
      sequence,
      balance: amount,
      lastAmount: 5n,
      lastHash: 'hash',
      lastOrderId: null,
      lastTransactionState: 'APPROVED',
      source: 0n,
    }),
  )

const line = (
  sequence: number,
  orderId: number | null,
  state: 'APPROVED' | 'REJECTED' = 'APPROVED',
): Incoming =>
  incoming(
    TOPICS.journal,
    journalCodec.encode({
      account: 'a',
      sequence,
      hash: `hash-${sequence}`,
      type: orderId === null ? 'deposit' : 'payment',
      amount: 5n,
      orderId,
      state,
      reason: null,
      balance: 5n,
    }),
  )
