import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

export { outbox } from '../shared/outbox/table.ts'

export const CURRENCIES = ['RUB', 'USD', 'EUR'] as const

const now = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow()

/** An account and the number of its latest transaction. Its row lock is what numbers them. */
export const accounts = pgTable(
  'accounts',
  {
    account: text().primaryKey(),
    /** ISO 4217; all of its amounts are in it. Two decimals each. */
    currency: text({ enum: CURRENCIES }).notNull().default('RUB'),
    lastSequence: bigint('last_sequence', { mode: 'number' }).notNull().default(0),
    /** The sum of all deposits ever accepted, in minor units. */
    deposited: bigint({ mode: 'bigint' }).notNull().default(sql`0`),
    createdAt: now(),
  },
  (table) => [check('accounts_deposited', sql`${table.deposited} >= 0`)],
)

/**
 * Every wish to move money that was accepted, under its number; and every order that named no
 * account, without a number: so that it stays refused. Rows are never changed.
 */
export const transactions = pgTable(
  'transactions',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    account: text().notNull(),
    sequence: bigint({ mode: 'number' }),
    type: text({ enum: ['deposit', 'payment'] }).notNull(),
    hash: text().notNull(),
    orderId: bigint('order_id', { mode: 'number' }),
    amount: bigint({ mode: 'bigint' }).notNull(),
    createdAt: now(),
  },
  (table) => [
    unique('transactions_sequence').on(table.account, table.sequence),
    unique('transactions_order').on(table.orderId),
    uniqueIndex('transactions_deposit').on(table.hash).where(sql`${table.type} = 'deposit'`),
    check('transactions_amount', sql`${table.amount} > 0`),
    check('transactions_type', sql`(${table.type} = 'payment') = (${table.orderId} is not null)`),
    check('transactions_numbered', sql`${table.sequence} is not null or ${table.type} = 'payment'`),
  ],
)

/** A cache of bankBalance. May be dropped at any time: reading the topic again rebuilds it. */
export const balances = pgTable(
  'balances',
  {
    account: text().primaryKey(),
    sequence: bigint({ mode: 'number' }).notNull(),
    balance: bigint({ mode: 'bigint' }).notNull(),
    lastAmount: bigint('last_amount', { mode: 'bigint' }).notNull(),
    lastHash: text('last_hash').notNull(),
    lastOrderId: bigint('last_order_id', { mode: 'number' }),
    lastState: text('last_state', { enum: ['APPROVED', 'REJECTED'] }).notNull(),
  },
  (table) => [check('balances_balance', sql`${table.balance} >= 0`)],
)

/** A copy of processedTransaction: what became of each transaction, in sequence. */
export const journal = pgTable(
  'journal',
  {
    account: text().notNull(),
    sequence: bigint({ mode: 'number' }).notNull(),
    type: text({ enum: ['deposit', 'payment'] }).notNull(),
    hash: text().notNull(),
    orderId: bigint('order_id', { mode: 'number' }),
    amount: bigint({ mode: 'bigint' }).notNull(),
    state: text({ enum: ['APPROVED', 'REJECTED'] }).notNull(),
    reason: text(),
    balance: bigint({ mode: 'bigint' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.sequence] })],
)

/** How far each projection got: the first offset of the partition that is not stored yet. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    topic: text().notNull(),
    partition: bigint({ mode: 'number' }).notNull(),
    position: bigint({ mode: 'bigint' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.topic, table.partition] })],
)

/** How far the sweeper knows that everything was applied: an id of `transactions`. */
export const sweeps = pgTable('sweeps', {
  name: text().primaryKey(),
  position: bigint({ mode: 'bigint' }).notNull(),
})
