import { expect, test } from 'bun:test'
import { findAccount, loadAccounts } from '../../billing/balances.ts'
import { TOPICS } from '../../billing/events.ts'
import { postgresStore as billingStore } from '../../billing/postgres-store.ts'
import { record } from '../../billing/record.ts'
import { ledgerTopology } from '../../billing/topology.ts'
import { keepMessages } from '../../notification/messages.ts'
import { takeOutcomes } from '../../order/intake.ts'
import { placeOrders } from '../../order/orders.ts'
import { postgresStore as orderStore } from '../../order/postgres-store.ts'
import { type Database, openDatabase } from '../../shared/database.ts'
import { fold } from '../../shared/exactly-once/topology.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import { openLog } from '../../shared/log.ts'
import { outboxSession } from '../../shared/outbox/session.ts'
import { until } from '../support/until.ts'
import { databaseOf } from './books.ts'

/**
 * A service starts on empty tables, and keeps the plans that it made for them. However small a table
 * was then, no statement of every day may read it as a whole later.
 */

/** Often enough for each connection to keep a plan: Postgres looks at five runs first. */
const ROUNDS = 60
const EACH = 20

test('order reads no table as a whole', async () => {
  const { url, database } = await databaseOf('order')
  const store = orderStore(database)
  const place = placeOrders(store, () => {})
  const take = takeOutcomes(store, openLog('test', 'silent'))
  const session = outboxSession((options) => openDatabase({ url }, options))(() => {})
  for (let round = 0; round < ROUNDS; round += 1) {
    const placed = await place(
      numbers(EACH).map((nth) => ({ account: `a${nth}`, amount: 1n, hash: `${round} ${nth}` })),
    )
    const ids = placed.flatMap((each) => (each.type === 'placed' ? [each.order.orderId] : []))
    expect(ids).toHaveLength(EACH)
    expect(await take(ids.map(approved))).toEqual([])
    await Promise.all(ids.map((id) => store.find(id)))
    const { rows } = await session.look([])
    await session.forget(rows.map(({ id }) => id))
  }
  await session.close()
  await database.close()
  expect(await readAsAWhole(url, 'orders', ROUNDS * EACH)).toEqual([])
})

test('billing reads no table as a whole', async () => {
  const { url, database } = await databaseOf('billing')
  const store = billingStore(database)
  const put = record(store, () => {})
  const [balances, journal] = [store.balances(() => {}), store.journal]
  const known = loadAccounts(database)
  const find = findAccount(database)
  await Promise.all(numbers(EACH).map((nth) => store.open({ account: `a${nth}`, currency: 'RUB' })))
  const session = outboxSession((options) => openDatabase({ url }, options))(() => {})
  let offset = 0n
  for (let round = 0; round < ROUNDS; round += 1) {
    await put(
      numbers(EACH).flatMap((nth) => [
        { type: 'deposit', account: `a${nth}`, hash: `d${round} ${nth}`, amount: 2n } as const,
        {
          type: 'payment',
          account: `a${nth}`,
          hash: `o${round} ${nth}`,
          amount: 1n,
          orderId: round * EACH + nth + 1,
        } as const,
      ]),
    )
    const { rows } = await session.look([])
    expect(rows).toHaveLength(2 * EACH)
    const accounts = [...new Set(rows.map(({ key }) => key))]
    const inputs = rows.map(({ key, value }) => incoming(TOPICS.transactions, key, value))
    const { outgoing } = fold(ledgerTopology, await known(accounts), inputs)
    for (const [topic, projection] of [
      [TOPICS.balances, balances],
      [TOPICS.journal, journal],
    ] as const) {
      const records = outgoing
        .filter((each) => each.topic === topic)
        .map(({ key, value }) => ({ ...incoming(topic, key, value), offset: offset++ }))
      await projection.store(records, 0, offset)
    }
    await Promise.all(accounts.map((account) => find(account)))
    await session.forget(rows.map(({ id }) => id))
  }
  await session.close()
  await database.close()
  expect(await readAsAWhole(url, 'transactions', 2 * ROUNDS * EACH)).toEqual([])
})

test('notification reads no table as a whole', async () => {
  const { url, database } = await databaseOf('notification')
  const keep = keepMessages(database)
  for (let round = 0; round < ROUNDS; round += 1) {
    await keep(numbers(EACH).map((nth) => ({ orderId: round * EACH + nth, outcome: 'approved' })))
  }
  await database.close()
  expect(await readAsAWhole(url, 'messages', ROUNDS * EACH)).toEqual([])
})

const numbers = (count: number): number[] => [...Array(count).keys()]

const incoming = (topic: string, key: string, value: string): Incoming => ({
  topic,
  partition: 0,
  offset: 0n,
  key: Buffer.from(key),
  value: Buffer.from(value),
})

const approved = (orderId: number): Incoming =>
  incoming(
    'approvedOrderTransaction',
    'a',
    JSON.stringify({ orderId, outcome: 'approved', reason: null }),
  )

/**
 * The tables of which somebody read rows in the order in which they lie. Counters arrive when a
 * session has ended, so this waits until those of the inserts are there.
 */
const readAsAWhole = async (url: string, table: string, inserted: number): Promise<string[]> => {
  const watcher: Database = openDatabase({ url }, { application: 'watcher' })
  try {
    const counted = () => watcher.sql<{ inserts: bigint }[]>`
      select n_tup_ins as inserts from pg_stat_user_tables where relname = ${table}`
    await until(async () => (await counted())[0]?.inserts === BigInt(inserted), {
      what: `the counters of ${inserted} rows`,
    })
    const rows = await watcher.sql<{ relname: string; rows: bigint }[]>`
      select relname, seq_tup_read as rows from pg_stat_user_tables
      where seq_tup_read > 0 and relname <> '__drizzle_migrations' order by relname`
    return rows.map(({ relname, rows: read }) => `${read} rows of ${relname}`)
  } finally {
    await watcher.close()
  }
}
