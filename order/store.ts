import type { InTransaction } from '../shared/database.ts'
import type { Outgoing } from '../shared/kafka/record.ts'
import type { OrderRequest, Outcome, Placed, Status } from './domain/order.ts'
import type { OrderView } from './orders.ts'

/**
 * All that order keeps. Its loops are written against this and not against Postgres, so that the
 * simulation can run them, as they are, on a store in memory.
 */
export type OrderStore = {
  place: InTransaction<PlacingTransaction>
  settle: InTransaction<SettlingTransaction>
  sweep: InTransaction<SweepTransaction>
  /** How many orders are pending for longer than that, counted up to `max`. */
  overdue: (afterMs: number, max: number) => Promise<number>
  find: (orderId: number) => Promise<OrderView | undefined>
}

export type PlacingTransaction = {
  /** Stores those whose hash is not there yet and numbers them in this sequence; by hash. */
  insert: (requests: readonly OrderRequest[]) => Promise<Map<string, Placed>>
  findByHash: (hashes: readonly string[]) => Promise<Map<string, Placed>>
  enqueue: (messages: readonly Outgoing[]) => Promise<void>
}

export type SettlingTransaction = {
  /** Locks these orders, as far as there are any, in the sequence of their ids. */
  lock: (ids: readonly number[]) => Promise<Map<number, Status>>
  settle: (outcomes: readonly Outcome[]) => Promise<Settled[]>
}

/** An order with its status for good: how long after it was accepted, and how often sent again. */
export type Settled = { orderId: number; account: string; milliseconds: number; resends: number }

export type SweepTransaction = {
  /** Marks the oldest pending orders that are due as sent again; skips those that are locked. */
  takeDue: (afterMs: number, max: number) => Promise<Placed[]>
  enqueue: (messages: readonly Outgoing[]) => Promise<void>
}
