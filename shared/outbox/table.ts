import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Messages that were decided together with the rows beside them and are not yet on the log. */
export const outbox = pgTable('outbox', {
  id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  topic: text().notNull(),
  key: text().notNull(),
  value: text().notNull(),
  /** The place in a trace of whatever was decided; none when nothing is traced. */
  traceparent: text(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})
