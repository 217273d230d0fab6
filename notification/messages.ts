import type { Database, Sql, Transaction as Tx } from '../shared/database.ts'
import { lookup } from '../shared/lookup.ts'
import type { Outcome } from './domain/message.ts'

export type Decided = { orderId: number; outcome: Outcome }

/** Answers the outcome that now stands for each order: the first that came, whatever came later. */
export type KeepMessages = (decided: readonly Decided[]) => Promise<Map<number, Outcome>>

/** Keeps one message for each order, in one transaction for the whole batch. */
export const keepMessages =
  ({ sql }: Database): KeepMessages =>
  (decided) =>
    sql.begin(async (tx) => {
      await insert(tx, decided)
      return outcomesOf(
        tx,
        decided.map(({ orderId }) => orderId),
      )
    })

/** In the sequence of the ids, so that two batches never wait for one another in a circle. */
const insert = (tx: Tx, decided: readonly Decided[]) => tx`
  insert into messages (order_id, outcome)
  select * from unnest(
    ${decided.map(({ orderId }) => orderId)}::bigint[],
    ${decided.map(({ outcome }) => outcome)}::text[]
  ) as new (order_id, outcome) order by order_id
  on conflict do nothing`

export const findMessage = ({ sql }: Database) =>
  lookup(async (ids: readonly number[]): Promise<Map<number, Decided>> => {
    const decided = await outcomesOf(sql, ids)
    return new Map([...decided].map(([orderId, outcome]) => [orderId, { orderId, outcome }]))
  })

const outcomesOf = async (sql: Sql | Tx, ids: readonly number[]): Promise<Map<number, Outcome>> => {
  const rows = await sql<{ order_id: bigint; outcome: Outcome }[]>`
    select order_id, outcome from messages where order_id = any(${[...ids]}::bigint[])`
  return new Map(rows.map(({ order_id, outcome }) => [Number(order_id), outcome]))
}
