import type { Transaction } from '../database.ts'
import type { Outgoing } from '../kafka/record.ts'

/** Takes the transaction, so that nothing can be enqueued outside of one. */
export const enqueue = async (tx: Transaction, messages: readonly Outgoing[]): Promise<void> => {
  if (messages.length === 0) return
  await tx`
    insert into outbox (topic, key, value, traceparent)
    select * from unnest(
      ${messages.map(({ topic }) => topic)}::text[],
      ${messages.map(({ key }) => key)}::text[],
      ${messages.map(({ value }) => value)}::text[],
      ${messages.map(({ traceparent }) => traceparent ?? null)}::text[]
    )`
}
