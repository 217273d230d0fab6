import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

export { outbox } from '../shared/outbox/table.ts'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' })

/** Every order ever accepted. Its status leaves PENDING once and never changes again. */
export const orders = pgTable(
  'orders',
  {
    orderId: bigint('order_id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    account: text().notNull(),
    amount: bigint({ mode: 'bigint' }).notNull(),
    hash: text().notNull().unique(),
    status: text({ enum: ['PENDING', 'COMPLETE', 'FAILED'] })
      .notNull()
      .default('PENDING'),
    reason: text(),
    createdAt: moment('created_at').notNull().defaultNow(),
    decidedAt: moment('decided_at'),
    /** How often, and when last, a pending order was sent again. */
    resends: integer().notNull().default(0),
    resentAt: moment('resent_at'),
  },
  (table) => [
    index('orders_pending').on(table.createdAt).where(sql`${table.status} = 'PENDING'`),
    check('orders_amount', sql`${table.amount} > 0`),
    check('orders_status', sql`${table.status} in ('PENDING', 'COMPLETE', 'FAILED')`),
    check('orders_decided', sql`(${table.status} = 'PENDING') = (${table.decidedAt} is null)`),
  ],
)
