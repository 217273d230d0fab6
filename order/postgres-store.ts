import { eq, sql as query } from 'drizzle-orm'
import { type Database, inTransaction, retryRivalry } from '../shared/database.ts'
import type { OrderView } from './orders.ts'
import { placingIn, settlingIn, sweepIn } from './statements.ts'
import type { OrderStore } from './store.ts'
import { orders } from './tables.ts'

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

const findOrder = ({ orm }: Database) => {
  const prepared = orm
    .select()
    .from(orders)
    .where(eq(orders.orderId, query.placeholder('orderId')))
    .prepare('find_order')

  return async (orderId: number): Promise<OrderView | undefined> => {
    const [row] = await prepared.execute({ orderId })
    return row
  }
}
