import { Gauge } from 'prom-client'
import { crashPoint } from '../shared/crash-point.ts'
import type { Log } from '../shared/log.ts'
import { resent } from '../shared/resent.ts'
import { orderMessage } from './events.ts'
import type { OrderStore } from './store.ts'

export type Sweep = {
  store: Pick<OrderStore, 'sweep' | 'overdue'>
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
  ({ store, afterMs, onEnqueued, log }: Sweep) =>
  async (): Promise<void> => {
    const sent = await store.sweep(async (tx) => {
      const due = await tx.takeDue(afterMs, RESEND_MAX)
      await tx.enqueue(due.toSorted((a, b) => a.orderId - b.orderId).map(orderMessage))
      if (due.length > 0) crashPoint('sweeper.enqueued')
      return due.length
    })
    overdue.set(await store.overdue(afterMs, COUNT_MAX))
    if (sent === 0) return
    resent.inc(sent)
    log.warn({ resent: sent }, 'pending orders are sent again')
    onEnqueued()
  }

const overdue = new Gauge({
  name: 'orders_overdue',
  help: `Orders that should be decided by now and are not, at most ${COUNT_MAX}.`,
})
