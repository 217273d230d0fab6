import { isUnavailable } from '../shared/database.ts'
import { follow } from '../shared/kafka/follow.ts'
import { openSender } from '../shared/kafka/sender.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { WriterLoopOptions } from '../shared/loop-options.ts'
import { relay } from '../shared/outbox/relay.ts'
import { periodically } from '../shared/periodically.ts'
import { ORDERS, takeOrders } from './intake.ts'
import { ledger } from './ledger.ts'
import type { Record } from './record.ts'
import type { BillingStore } from './store.ts'
import { sweeper } from './sweeper.ts'

export type BillingLoops = WriterLoopOptions & {
  store: BillingStore
  recorded: Record
}

/** What billing does by itself: send, decide, take orders, and send again what was not applied. */
export const billingLoops = (options: BillingLoops): Part[] => {
  const { kafka, store, openSession, recorded, enqueued, sweepAfterMs, partitions } = options
  const { health, log, onCrashed } = options
  return [
    relay({
      log,
      openSession,
      sender: openSender(kafka),
      work: enqueued,
      health: health.signal('relay'),
    }),
    ledger({ kafka, store, health, log, onCrashed }),
    follow({
      log,
      kafka,
      groupId: 'billing-intake',
      topics: [ORDERS],
      concurrency: partitions,
      handle: takeOrders(recorded),
      isTransient: isUnavailable,
      deadLetters: openSender(kafka),
      health: health.signal('intake'),
      onCrashed,
    }),
    periodically({
      log,
      name: 'sweeper',
      everyMs: sweepAfterMs / 3,
      work: sweeper({ store, afterMs: sweepAfterMs, onEnqueued: enqueued.ring, log }),
      health: health.signal('sweeper'),
    }),
  ]
}
