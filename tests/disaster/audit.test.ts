import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { audit } from '../../billing/audit.ts'
import { TOPICS } from '../../billing/events.ts'
import { postgresStore } from '../../billing/postgres-store.ts'
import { record } from '../../billing/record.ts'
import { ledgerTopology } from '../../billing/topology.ts'
import type { Database } from '../../shared/database.ts'
import { fold } from '../../shared/exactly-once/topology.ts'
import type { Incoming, Outgoing } from '../../shared/kafka/record.ts'
import { databaseOf, outboxOf } from '../flow/books.ts'

/** The audit inside billing, on books that are right until something is done to them. */

let database: Database
beforeEach(async () => {
  ;({ database } = await databaseOf('billing'))
  const store = postgresStore(database)
  const put = record(store, () => {})
  for (const account of ['ada', 'bob', 'cyd']) {
    await store.open({ account, currency: 'RUB' })
    for (let index = 0; index < 4; index += 1) {
      await put([{ type: 'deposit', account, hash: `${account}${index}`, amount: 10n }])
      const orderId = account.charCodeAt(0) * 100 + index
      await put([{ type: 'payment', account, hash: `o${index}`, amount: 15n, orderId }])
    }
  }
  const sent = await outboxOf(database)
  const { outgoing } = fold(ledgerTopology, new Map(), incoming(TOPICS.transactions, sent))
  await store.balances(() => {}).store(incoming(TOPICS.balances, outgoing), 0, 100n)
  await store.journal.store(incoming(TOPICS.journal, outgoing), 0, 100n)
})
afterEach(() => database.close())

const incoming = (topic: string, list: readonly Outgoing[]): Incoming[] =>
  list
    .filter((each) => each.topic === topic)
    .map(({ key, value }, index) => ({
      topic,
      partition: 0,
      offset: BigInt(index),
      key: Buffer.from(key),
      value: Buffer.from(value),
    }))

const found = async (looks: number) => {
  const look = audit(database.sql)
  let sure: Awaited<ReturnType<typeof look>> = []
  for (let times = 0; times < looks; times += 1) sure = await look()
  return sure.map(({ account, sequence, text }) => `${account} ${sequence} ${text}`)
}
/** Begins anywhere, so it takes two to have seen everything, and one more to be sure. */
const SOON = 3
const AT_REST = 25

test('books that are right stay unsuspected, however often they are looked at', async () => {
  expect(await found(AT_REST)).toEqual([])
})

describe('what is done to the books is found', () => {
  test.each([
    ['a balance', `update balances set balance = balance + 1 where account = 'bob'`, 'bob 8', SOON],
    [
      'a line',
      `update journal set balance = balance + 1 where account = 'bob' and sequence = 3`,
      'bob 3',
      SOON,
    ],
    [
      'a decision',
      `update journal set state = 'APPROVED' where account = 'bob' and sequence = 2`,
      'bob 2',
      SOON,
    ],
    ['a lost line', `delete from journal where account = 'bob' and sequence = 3`, 'bob 4', SOON],
    [
      'a transaction',
      `update transactions set amount = 11 where account = 'bob' and sequence = 3`,
      'bob 3',
      SOON,
    ],
    [
      'a lost transaction',
      `delete from transactions where account = 'bob' and sequence = 8`,
      'bob 8',
      SOON,
    ],
    [
      'a number',
      `update accounts set last_sequence = 9 where account = 'bob'`,
      'bob undefined',
      SOON,
    ],
    ['a lost balance', `delete from balances where account = 'bob'`, 'bob undefined', AT_REST],
    [
      'a lost end',
      `delete from journal where account = 'bob' and sequence > 6`,
      'bob undefined',
      AT_REST,
    ],
  ])('%s', async (_what, statement, where, looks) => {
    await database.sql.unsafe(statement)
    const texts = await found(looks)
    expect(texts.join('\n')).toContain(where)
    expect(texts.every((text) => text.startsWith('bob'))).toBe(true)
  })
})

test('what a projection has yet to store is no contradiction', async () => {
  await database.sql`delete from journal where account = 'bob' and sequence > 6`
  const look = audit(database.sql)
  for (let looks = 0; looks < AT_REST; looks += 1) {
    await database.sql`update checkpoints set position = position + 1`
    expect(await look()).toEqual([])
  }
})

test('what is mended is right again', async () => {
  const look = audit(database.sql)
  await database.sql`update balances set balance = balance + 1 where account = 'bob'`
  for (let looks = 0; looks < SOON; looks += 1) await look()
  expect(await look()).toHaveLength(1)
  await database.sql`update balances set balance = balance - 1 where account = 'bob'`
  expect(await look()).toEqual([])
})
