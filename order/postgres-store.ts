import { type Database, inTransaction, retryRivalry } from '../shared/database.ts'
import { lookup } from '../shared/lookup.ts'
import type { OrderView } from './orders.ts'
import { placingIn, settlingIn, sweepIn } from './statements.ts'
import type { OrderStore } from './store.ts'

/** What order keeps, in its Postgres. */
export const postgresStore = (database: Database): OrderStore => {
  const place = inTransaction(database, placingIn)
  const settle = inTransaction(database, settlingIn)
  return {
    place: (work) => retryRivalry(() => place(work)),
    settle: (work) => retryRivalry(() => settle(work)),
    sweep: inTransaction(database, sweepIn),
    overdue: countOverdue(database),
    find: findOrder(database),
  }
}

const countOverdue =
  ({ sql }: Database) =>
  async (afterMs: number, max: number): Promise<number> => {
    const [row] = await sql<[{ count: bigint }]>`
      select count(*) from (
        select from orders
        where status = 'PENDING' and created_at < now() - ${afterMs} * interval '1 millisecond'
        limit ${max}) as overdue`
    return Number(row.count)
  }

const findOrder = ({ sql }: Database) =>
  lookup(async (ids: readonly number[]): Promise<Map<number, OrderView>> => {
    const rows = await sql<OrderRow[]>`
      select order_id as "orderId", account, amount, hash, status, reason,
             created_at as "createdAt", decided_at as "decidedAt",
             resends, resent_at as "resentAt"
      from orders where order_id = any(${[...ids]}::bigint[])`
    return new Map(
      rows.map((row) => {
        const orderId = Number(row.orderId)
        return [orderId, { ...row, orderId }]
      }),
    )
  })

type OrderRow = Omit<OrderView, 'orderId'> & { orderId: bigint }
