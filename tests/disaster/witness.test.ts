import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { TOPICS } from '../../billing/events.ts'
import { postgresStore } from '../../billing/postgres-store.ts'
import { brokerLostSteps } from '../../deploy/recovery/broker-lost.ts'
import { decideAgain } from '../../deploy/recovery/witness.ts'
import type { Database } from '../../shared/database.ts'
import { HaltError } from '../../shared/exactly-once/halt.ts'
import { databaseOf, outboxOf } from '../flow/books.ts'

/** What was decided before is the witness of what would be decided again. */

type Name = 'order' | 'billing' | 'notification'
let books: Record<Name, Database>
beforeEach(async () => {
  books = {
    order: (await databaseOf('order')).database,
    billing: (await databaseOf('billing')).database,
    notification: (await databaseOf('notification')).database,
  }
  await run('billing', [
    `insert into accounts (account, last_sequence, deposited) values ('ada', 3, 10)`,
    `insert into transactions (account, sequence, type, hash, order_id, amount) values
       ('ada', 1, 'deposit', 'd', null, 10), ('ada', 2, 'payment', 'a', 1, 7),
       ('ada', 3, 'payment', 'b', 2, 4), ('bob', null, 'payment', 'c', 3, 1)`,
    `insert into journal (account, sequence, type, hash, order_id, amount, state, reason, balance) values
       ('ada', 1, 'deposit', 'd', null, 10, 'APPROVED', null, 10),
       ('ada', 2, 'payment', 'a', 1, 7, 'APPROVED', null, 3),
       ('ada', 3, 'payment', 'b', 2, 4, 'REJECTED', 'insufficient_funds', 3)`,
  ])
  await run('order', [
    `insert into orders (account, amount, hash, status, decided_at) values
       ('ada', 7, 'a', 'COMPLETE', now()), ('ada', 4, 'b', 'FAILED', now()),
       ('bob', 1, 'c', 'FAILED', now()), ('ada', 5, 'd', 'PENDING', null)`,
  ])
  await run('notification', [
    `insert into messages (order_id, outcome) values (1, 'approved'), (2, 'rejected')`,
  ])
})
afterEach(async () => {
  for (const { close } of Object.values(books)) await close()
})

const run = async (name: Name, statements: readonly string[]) => {
  for (const statement of statements) await books[name].sql.unsafe(statement)
}
const databases = () => ({
  order: books.order.sql,
  billing: books.billing.sql,
  notification: books.notification.sql,
})
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => error,
  )

test('what was decided comes out the same', async () => {
  expect(await decideAgain(databases())).toBe(3)
})
test('what the journal has lost, the others witness', async () => {
  await run('billing', ['truncate journal'])
  expect(await decideAgain(databases())).toBe(3)
})

describe('nothing is sent again when', () => {
  test.each([
    [
      'the journal says otherwise',
      'billing',
      `update journal set balance = 4 where sequence = 3`,
      'the journal says of transaction 3',
    ],
    [
      'an order was told otherwise',
      'order',
      `update orders set status = 'COMPLETE' where order_id = 2`,
      'its status says approved',
    ],
    [
      'a message says otherwise',
      'notification',
      `update messages set outcome = 'rejected' where order_id = 1`,
      'its message says rejected',
    ],
    [
      'a transaction is missing',
      'billing',
      `delete from transactions where sequence = 2`,
      'transaction 2 is missing',
    ],
    [
      'the last one is missing',
      'billing',
      `delete from transactions where sequence = 3`,
      'which was never accepted',
    ],
  ] as const)('%s', async (_what, name, statement, why) => {
    await run(name, [statement])
    expect(String(await failureOf(decideAgain(databases())))).toContain(why)
  })
})

test('everything is put on its way: pending orders, transactions in sequence, refusals', async () => {
  const places = {
    kafka: { brokers: [] },
    databases: { order: { url: '' }, billing: { url: '' }, notification: { url: '' } },
    partitions: 4,
  }
  const steps = brokerLostSteps({ places, databases: databases() })
  const titles = ['Put pending orders', 'Empty balances']
  for (const step of steps) {
    if ('run' in step && titles.some((title) => step.title.startsWith(title)))
      await step.run(() => {})
  }
  const outbox = async (name: Name) =>
    (await outboxOf(books[name])).map(
      ({ topic, value }) => `${topic} ${(JSON.parse(value) as { hash?: string }).hash ?? value}`,
    )
  expect(await outbox('order')).toEqual(['order d'])
  const sent = await outbox('billing')
  expect(sent.slice(0, 3)).toEqual(['d', 'a', 'b'].map((hash) => `${TOPICS.transactions} ${hash}`))
  expect(sent[3]).toContain('"orderId":3')
  expect(sent).toHaveLength(4)
})

test('a decision on another transaction than the one that was accepted halts its partition', async () => {
  await run('billing', [
    'truncate journal',
    `update transactions set hash = 'e' where sequence = 1`,
  ])
  const line = {
    account: 'ada',
    sequence: 1,
    hash: 'd',
    type: 'deposit',
    amount: '10',
    orderId: null,
    state: 'APPROVED',
    reason: null,
    balance: '10',
  }
  const record = {
    topic: TOPICS.journal,
    partition: 0,
    offset: 0n,
    key: null,
    value: Buffer.from(JSON.stringify(line)),
  }
  const failure = await failureOf(postgresStore(books.billing).journal.store([record], 0, 1n))
  expect(failure).toBeInstanceOf(HaltError)
  expect(String(failure)).toContain('transaction 1 of ada is not the one that the log has')
})
