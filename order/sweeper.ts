import { Gauge } from 'prom-client'
import { crashPoint } from '../shared/crash-point.ts'
import type { Database, Sql } from '../shared/database.ts'
import type { Log } from '../shared/log.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import { resent } from '../shared/resent.ts'
import { orderMessage } from './events.ts'

export type Sweep = {
  database: Database
  /** An order that is still pending after so long is sent again. */
  afterMs: number
  onEnqueued: () => void
  log: Log
}

const RESEND_MAX = 500
const COUNT_MAX = 1_000

/**
 * Resend until decided: orders that stay PENDING are enqueued again, so that even what the log
 * lost on the way there or back is decided in the end. Billing knows an order by its id, and
 * answers one that it has decided from its journal. Each resend of an order waits twice as long
 * as the one before, up to 64 times, so that an outage does not fill the log with repeats.
 */
export const sweeper =
  ({ database: { sql }, afterMs, onEnqueued, log }: Sweep) =>
  async (): Promise<void> => {
    const sent = await sql.begin(async (tx) => {
      const rows = await tx<{ order_id: bigint; account: string; amount: bigint; hash: string }[]>`
        update orders set resent_at = now(), resends = resends + 1
        where order_id in (
          select order_id from orders
          where status = 'PENDING'
            and coalesce(resent_at, created_at)
                < now() - ${afterMs} * interval '1 millisecond' * power(2, least(resends, 6))
          order by created_at limit ${RESEND_MAX} for update skip locked)
        returning order_id, account, amount, hash`
      const sorted = rows.map(({ order_id, ...order }) => ({ ...order, orderId: Number(order_id) }))
      await enqueue(tx, sorted.toSorted((a, b) => a.orderId - b.orderId).map(orderMessage))
      if (rows.length > 0) crashPoint('sweeper.enqueued')
      return rows.length
    })
    overdue.set(await countOverdue(sql, afterMs))
    if (sent === 0) return
    resent.inc(sent)
    log.warn({ resent: sent }, 'pending orders are sent again')
    onEnqueued()
  }

const countOverdue = async (sql: Sql, afterMs: number): Promise<number> => {
  const [row] = await sql<[{ count: bigint }]>`
    select count(*) from (
      select from orders
      where status = 'PENDING' and created_at < now() - ${afterMs} * interval '1 millisecond'
      limit ${COUNT_MAX}) as overdue`
  return Number(row.count)
}

const overdue = new Gauge({
  name: 'orders_overdue',
  help: `Orders that should be decided by now and are not, at most ${COUNT_MAX}.`,
})
