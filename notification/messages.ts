import type { Database, Sql } from '../shared/database.ts'
import { lookup } from '../shared/lookup.ts'
import type { Outcome } from './domain/message.ts'

export type Decided = { orderId: number; outcome: Outcome }

/** Answers the outcome that now stands for each order: the first that came, whatever came later. */
export type KeepMessages = (decided: readonly Decided[]) => Promise<Map<number, Outcome>>

/**
 * Keeps one message for each order, all of a batch at once. What a statement inserts is there for
 * good, so only those that were there before are asked for, and most batches have none.
 */
export const keepMessages =
  ({ sql }: Database): KeepMessages =>
  async (decided) => {
    const inserted = await insert(sql, decided)
    const before = decided.flatMap(({ orderId }) => (inserted.has(orderId) ? [] : [orderId]))
    return before.length === 0
      ? inserted
      : new Map([...inserted, ...(await outcomesOf(sql, before))])
  }

/** In the sequence of the ids, so that two batches never wait for one another in a circle. */
const insert = async (sql: Sql, decided: readonly Decided[]): Promise<Map<number, Outcome>> => {
  const rows = await sql<MessageRow[]>`
    insert into messages (order_id, outcome)
    select * from unnest(
      ${decided.map(({ orderId }) => orderId)}::bigint[],
      ${decided.map(({ outcome }) => outcome)}::text[]
    ) as new (order_id, outcome) order by order_id
    on conflict do nothing returning order_id, outcome`
  return byOrder(rows)
}

export const findMessage = ({ sql }: Database) =>
  lookup(async (ids: readonly number[]): Promise<Map<number, Decided>> => {
    const decided = await outcomesOf(sql, ids)
    return new Map([...decided].map(([orderId, outcome]) => [orderId, { orderId, outcome }]))
  })

const outcomesOf = async (sql: Sql, ids: readonly number[]): Promise<Map<number, Outcome>> => {
  const rows = await sql<MessageRow[]>`
    select order_id, outcome from messages where order_id = any(${[...ids]}::bigint[])`
  return byOrder(rows)
}

type MessageRow = { order_id: bigint; outcome: Outcome }

const byOrder = (rows: readonly MessageRow[]): Map<number, Outcome> =>
  new Map(rows.map(({ order_id, outcome }) => [Number(order_id), outcome]))
