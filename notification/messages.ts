import { eq, sql as query } from 'drizzle-orm'
import type { Database, Transaction as Tx } from '../shared/database.ts'
import type { Outcome } from './domain/message.ts'
import { messages } from './tables.ts'

export type Decided = { orderId: number; outcome: Outcome }

/** Answers the outcome that now stands for each order: the first that came, whatever came later. */
export type KeepMessages = (decided: readonly Decided[]) => Promise<Map<number, Outcome>>

/** Keeps one message for each order, in one transaction for the whole batch. */
export const keepMessages =
  ({ sql }: Database): KeepMessages =>
  (decided) =>
    sql.begin(async (tx) => {
      await insert(tx, decided)
      const rows = await tx<{ order_id: bigint; outcome: Outcome }[]>`
        select order_id, outcome from messages
        where order_id = any(${decided.map(({ orderId }) => orderId)}::bigint[])`
      return new Map(rows.map(({ order_id, outcome }) => [Number(order_id), outcome]))
    })

/** In the sequence of the ids, so that two batches never wait for one another in a circle. */
const insert = (tx: Tx, decided: readonly Decided[]) => tx`
  insert into messages (order_id, outcome)
  select * from unnest(
    ${decided.map(({ orderId }) => orderId)}::bigint[],
    ${decided.map(({ outcome }) => outcome)}::text[]
  ) as new (order_id, outcome) order by order_id
  on conflict do nothing`

export const findMessage = ({ orm }: Database) => {
  const prepared = orm
    .select()
    .from(messages)
    .where(eq(messages.orderId, query.placeholder('orderId')))
    .prepare('find_message')

  return async (orderId: number): Promise<Decided | undefined> => {
    const [row] = await prepared.execute({ orderId })
    return row
  }
}
