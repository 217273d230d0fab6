import { isUnavailable } from '../shared/database.ts'
import { follow } from '../shared/kafka/follow.ts'
import { openSender } from '../shared/kafka/sender.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { ReaderLoopOptions } from '../shared/loop-options.ts'
import { OUTCOMES, takeOutcomes } from './intake.ts'
import type { KeepMessages } from './messages.ts'

export type NotificationLoops = ReaderLoopOptions & {
  keep: KeepMessages
}

/** What notification does by itself: keep a message for each outcome. */
export const notificationLoops = (options: NotificationLoops): Part[] => {
  const { kafka, keep, partitions, health, log, onCrashed } = options
  return [
    follow({
      log,
      kafka,
      groupId: 'notification-outcomes',
      topics: OUTCOMES,
      concurrency: partitions,
      handle: takeOutcomes(keep),
      isTransient: isUnavailable,
      deadLetters: openSender(kafka),
      health: health.signal('outcomes'),
      onCrashed,
    }),
  ]
}
