import { TOPICS as BILLING } from '../../billing/events.ts'
import { LEDGER_GROUP } from '../../billing/ledger.ts'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import { DEAD_LETTER } from '../../shared/kafka/dead-letter.ts'
import { missingTopics } from '../../shared/kafka/topics.ts'
import { withAdmin } from '../places/log-reader.ts'
import { TOPICS } from '../topics.ts'

/** The groups that read our topics. Without their positions they read everything again. */
export const GROUPS = [
  LEDGER_GROUP,
  'billing-intake',
  'order-outcomes',
  'notification-outcomes',
] as const

/** Everything of ours but what was set aside: that is for people. */
export const OUR_TOPICS = TOPICS.map(({ name }) => name).filter((name) => name !== DEAD_LETTER)

export type LogState = {
  missing: string[]
  /** By topic and partition: where it begins, and one past its last record. */
  ends: Map<string, Map<number, { start: bigint; end: bigint }>>
  positions: { group: string; topic: string; partition: number; position: bigint }[]
}

/** How far the log and its readers are. Looks at no record. */
export const readLogState = (kafka: BrokerAccess): Promise<LogState> =>
  withAdmin(kafka, async (admin) => {
    const missing = await missingTopics(admin, OUR_TOPICS)
    const present = OUR_TOPICS.filter((topic) => !missing.includes(topic))
    const ends: LogState['ends'] = new Map()
    for (const topic of present) {
      const offsets = await admin.fetchTopicOffsets(topic)
      ends.set(
        topic,
        new Map(
          offsets.map(({ partition, low, high }) => [
            partition,
            { start: BigInt(low), end: BigInt(high) },
          ]),
        ),
      )
    }
    const positions = await Promise.all(
      GROUPS.map(async (group) => {
        const topics = await admin.fetchOffsets({ groupId: group })
        return topics.flatMap(({ topic, partitions }) =>
          partitions
            .map(({ partition, offset }) => ({ group, topic, partition, position: BigInt(offset) }))
            .filter(({ position }) => position >= 0n),
        )
      }),
    )
    return { missing, ends, positions: positions.flat() }
  })

/** Whether anything was ever written into a topic. */
export const hasRecords = ({ ends }: LogState, topic: string): boolean =>
  [...(ends.get(topic)?.values() ?? [])].some(({ end }) => end > 0n)

export const isEmptyLog = (state: LogState): boolean =>
  OUR_TOPICS.every((topic) => !hasRecords(state, topic))

/**
 * Positions outside of what the log has: it lost its end, or all of it, or its topics were made
 * anew; or records were deleted before they were read.
 */
export const outside = (
  { ends }: LogState,
  positions: readonly { who: string; topic: string; partition: number; position: bigint }[],
): string[] =>
  positions.flatMap(({ who, topic, partition, position }) => {
    const span = ends.get(topic)?.get(partition) ?? { start: 0n, end: 0n }
    if (position > span.end) {
      return [`${topic}/${partition} ends at ${span.end}, but ${who} had read up to ${position}`]
    }
    if (position > 0n && position < span.start) {
      return [
        `${topic}/${partition} begins at ${span.start}, but ${who} had read up to ${position}`,
      ]
    }
    return []
  })

/** Of these, billing's tables have copies. */
export const COPIED = [BILLING.balances, BILLING.journal] as const
