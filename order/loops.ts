import { isUnavailable } from '../shared/database.ts'
import { follow } from '../shared/kafka/follow.ts'
import { openSender } from '../shared/kafka/sender.ts'
import { tracedHandle, tracedSender } from '../shared/kafka/traced.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { WriterLoopOptions } from '../shared/loop-options.ts'
import { relay } from '../shared/outbox/relay.ts'
import { periodically } from '../shared/periodically.ts'
import { OUTCOMES, takeOutcomes } from './intake.ts'
import type { OrderStore } from './store.ts'
import { sweeper } from './sweeper.ts'

const GROUP = 'order-outcomes'

export type OrderLoops = WriterLoopOptions & {
  store: OrderStore
}

/** What order does by itself: send, learn outcomes, and send again what stays pending. */
export const orderLoops = (options: OrderLoops): Part[] => {
  const { kafka, store, openSession, enqueued, sweepAfterMs, partitions } = options
  const { tracer, health, log, onCrashed } = options
  return [
    relay({
      log,
      openSession,
      sender: tracedSender(tracer, openSender(kafka)),
      work: enqueued,
      health: health.signal('relay'),
    }),
    follow({
      log,
      kafka,
      groupId: GROUP,
      topics: OUTCOMES,
      concurrency: partitions,
      handle: tracedHandle(tracer, GROUP, takeOutcomes(store, log)),
      isTransient: isUnavailable,
      deadLetters: tracedSender(tracer, openSender(kafka)),
      health: health.signal('outcomes'),
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
