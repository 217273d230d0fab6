import { isUnavailable } from '../shared/database.ts'
import { follow } from '../shared/kafka/follow.ts'
import { openSender } from '../shared/kafka/sender.ts'
import { tracedHandle, tracedSender } from '../shared/kafka/traced.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { WriterLoopOptions } from '../shared/loop-options.ts'
import { relay } from '../shared/outbox/relay.ts'
import { periodically } from '../shared/periodically.ts'
import { ORDERS, takeOrders } from './intake.ts'
import { ledger } from './ledger.ts'
import type { Record } from './record.ts'
import type { BillingStore } from './store.ts'
import { sweeper } from './sweeper.ts'

const INTAKE_GROUP = 'billing-intake'

export type BillingLoops = WriterLoopOptions & {
  store: BillingStore
  recorded: Record
}

/** What billing does by itself: send, decide, take orders, and send again what was not applied. */
export const billingLoops = (options: BillingLoops): Part[] => {
  const { kafka, store, openSession, recorded, enqueued, sweepAfterMs, partitions } = options
  const { tracer, health, log, onCrashed } = options
  return [
    relay({
      log,
      openSession,
      sender: tracedSender(tracer, openSender(kafka)),
      work: enqueued,
      health: health.signal('relay'),
    }),
    ledger({ kafka, store, tracer, health, log, onCrashed }),
    follow({
      log,
      kafka,
      groupId: INTAKE_GROUP,
      topics: [ORDERS],
      concurrency: partitions,
      handle: tracedHandle(tracer, INTAKE_GROUP, takeOrders(recorded, log)),
      isTransient: isUnavailable,
      deadLetters: tracedSender(tracer, openSender(kafka)),
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
