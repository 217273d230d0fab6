import { sql } from 'drizzle-orm'
import { bigint, check, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** One message for each decided order: the order's id is the idempotency key. */
export const messages = pgTable(
  'messages',
  {
    orderId: bigint('order_id', { mode: 'number' }).primaryKey(),
    outcome: text({ enum: ['approved', 'rejected'] }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' })
      .notNull()
      .defaultNow(),
  },
  (table) => [check('messages_outcome', sql`${table.outcome} in ('approved', 'rejected')`)],
)
