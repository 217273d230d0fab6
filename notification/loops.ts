import { isUnavailable } from '../shared/database.ts'
import type { Health } from '../shared/health.ts'
import { follow } from '../shared/kafka/follow.ts'
import type { KafkaClient } from '../shared/kafka/kafka-client.ts'
import { openSender } from '../shared/kafka/sender.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import { OUTCOMES, takeOutcomes } from './intake.ts'
import type { KeepMessages } from './messages.ts'

export type NotificationLoops = {
  kafka: KafkaClient
  keep: KeepMessages
  partitions: number
  health: Health
  log: Log
  onCrashed: (error: Error) => void
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
