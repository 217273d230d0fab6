import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import {
  balanceCodec,
  journalCodec,
  outcomeMessage,
  transactionCodec,
  transactionMessage,
} from '../../billing/events.ts'
import { OrderSchema } from '../../billing/intake.ts'
import { postgresStore } from '../../billing/postgres-store.ts'
import { record } from '../../billing/record.ts'
import { OutcomeSchema as NotificationOutcome } from '../../notification/intake.ts'
import { orderMessage } from '../../order/events.ts'
import { OutcomeSchema as OrderOutcome } from '../../order/intake.ts'
import { json } from '../../shared/codec.ts'
import type { Database } from '../../shared/database.ts'
import { migrate } from '../../shared/migrations.ts'
import { databaseOf, ROOT } from './books.ts'

/** Two releases at once: what this build reads and stands on may be of the next one. */

const order = { orderId: 1, account: 'ada', amount: 5n, hash: 'h' }
const written = orderMessage(order).value
const outcome = outcomeMessage({ outcome: 'approved', reason: null, ...order }).value
const transaction = transactionMessage({ type: 'payment', sequence: 1, ...order }).value
const line = { account: 'ada', sequence: 1, hash: 'h', amount: 5n } as const
const journaled = { ...line, type: 'payment', orderId: 1, state: 'APPROVED', reason: null } as const
const balance = {
  account: 'ada',
  sequence: 1,
  balance: 5n,
  lastAmount: 5n,
  lastHash: 'h',
  lastOrderId: null,
  lastTransactionState: 'APPROVED',
  source: 0n,
} as const

const readers = [
  ['billing reads an order', json(OrderSchema), written],
  ['order reads an outcome', json(OrderOutcome), outcome],
  ['notification reads an outcome', json(NotificationOutcome), outcome],
  ['the ledger reads a transaction', transactionCodec, transaction],
  ['a projection reads a balance', balanceCodec, balanceCodec.encode(balance)],
  ['a projection reads a line', journalCodec, journalCodec.encode({ ...journaled, balance: 5n })],
] as const

describe('of the next release', () => {
  test.each(readers)('%s, and passes over its new fields', (_what, { decode }, value) => {
    const later = { ...JSON.parse(value), channel: 'mobile', parts: [{ amount: '1' }] }
    const known = decode(Buffer.from(value))
    expect(known.ok).toBe(true)
    expect(decode(Buffer.from(JSON.stringify(later)))).toEqual(known)
  })
})

describe('on the tables of the next release', () => {
  let database: Database
  let url: string
  beforeEach(async () => {
    ;({ url, database } = await databaseOf('billing'))
    await database.sql`alter table transactions add column channel text`
    await database.sql`alter table accounts add column limits bigint not null default 0`
    await database.sql`create table limits (account text primary key)`
    await database.sql`
      insert into drizzle.__drizzle_migrations (hash, created_at)
      values ('of the next release', (extract(epoch from now()) * 1000)::bigint)`
  })
  afterEach(() => database.close())

  test('this one starts, and does not mind a migration that it does not know', async () => {
    const migrationsFolder = join(ROOT, 'billing', 'migrations')
    await migrate({ url }, migrationsFolder)
    const [row] = await database.sql<[{ count: bigint }]>`
      select count(*) from drizzle.__drizzle_migrations`
    expect(row.count).toBe(BigInt(readMigrationFiles({ migrationsFolder }).length + 1))
  })
  test('this one works', async () => {
    await postgresStore(database).open({ account: 'ada', currency: 'RUB' })
    const deposit = { type: 'deposit', account: 'ada', hash: 'd', amount: 1n } as const
    const [admission] = await record(postgresStore(database), () => {})([deposit])
    expect(admission?.type).toBe('accepted')
  })
})
