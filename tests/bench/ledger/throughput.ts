import { TOPICS } from '../../../billing/events.ts'
import { until } from '../../support/until.ts'
import type { Site } from '../subjects/site.ts'
import { whileRunning } from '../subjects/start.ts'
import type { Subject } from '../subjects/subject.ts'
import { watchTopic } from '../workload/watch-topic.ts'
import { type Growth, perSecondBetween } from './growth.ts'

/** Counting can be this late: nothing beside the seconds that are measured. */
const REST_MS = 20
/** Slower than this is stuck. */
const SLOWEST_PER_SECOND = 200
const START_DEADLINE_MS = 120_000

/** Part of the transactions that are there only so that what is measured runs warm. */
export const warmUpOf = (transactions: number): number => Math.ceil(transactions / 5)

/**
 * Starts a subject on a topic with so many transactions beside the warm-up, and waits until all
 * outcomes are readable. Every transaction has one line in the journal, in the same Kafka
 * transaction as its balance and its outcome, so those are counted. Outcomes per second from the
 * fifth part on.
 */
export const decideAll = async (
  site: Site,
  transactions: number,
  start: () => Promise<Subject>,
): Promise<{ subject: Subject; perSecond: number }> => {
  const all = warmUpOf(transactions) + transactions
  const growth: Growth[] = []
  let total = 0
  const stop = await watchTopic({
    ...site,
    topic: TOPICS.journal,
    from: 'start',
    restMs: REST_MS,
    onRecords: (records, at) => {
      total += records.length
      growth.push({ at, total })
    },
  })
  const subject = await start()
  const deadlineMs = START_DEADLINE_MS + (all * 1000) / SLOWEST_PER_SECOND
  await whileRunning(
    subject,
    until(() => total >= all, { what: `${all} outcomes`, deadlineMs }),
  )
  await stop()
  const perSecond = perSecondBetween(growth, all - 0.8 * transactions, all)
  return { subject, perSecond: perSecond ?? Number.NaN }
}
