import { isUnavailable } from '../shared/database.ts'
import { follow } from '../shared/kafka/follow.ts'
import { openSender } from '../shared/kafka/sender.ts'
import { tracedHandle, tracedSender } from '../shared/kafka/traced.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { ReaderLoopOptions } from '../shared/loop-options.ts'
import { OUTCOMES, takeOutcomes } from './intake.ts'
import type { KeepMessages } from './messages.ts'

const GROUP = 'notification-outcomes'

export type NotificationLoops = ReaderLoopOptions & {
  keep: KeepMessages
}

/** What notification does by itself: keep a message for each outcome. */
export const notificationLoops = (options: NotificationLoops): Part[] => {
  const { kafka, keep, partitions, tracer, health, log, onCrashed } = options
  return [
    follow({
      log,
      kafka,
      groupId: GROUP,
      topics: OUTCOMES,
      concurrency: partitions,
      handle: tracedHandle(tracer, GROUP, takeOutcomes(keep, log)),
      isTransient: isUnavailable,
      deadLetters: tracedSender(tracer, openSender(kafka)),
      health: health.signal('outcomes'),
      onCrashed,
    }),
  ]
}
