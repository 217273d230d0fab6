import * as v from 'valibot'
import { TOPICS } from '../../../billing/events.ts'
import { openKafka } from '../../../shared/kafka/client.ts'
import { pause } from '../../../shared/wait.ts'
import { until } from '../../support/until.ts'
import { type Percentiles, percentilesOf } from '../percentiles.ts'
import type { Site } from '../subjects/site.ts'
import { transactionRecords } from '../workload/records.ts'
import { indexOf } from '../workload/transactions.ts'
import { watchTopic } from '../workload/watch-topic.ts'

export type Pace = {
  /** Transactions per second. */
  rate: number
  seconds: number
  /** The index of the first transaction to send. */
  first: number
  accounts: number
}

const DEADLINE_MS = 60_000
const Line = v.object({ account: v.string(), sequence: v.number() })

/**
 * Sends transactions by the clock, whether or not earlier ones are decided; the times are from the
 * moment at which each was to be sent until its outcome was read, in ms. So a ledger that stalls
 * is charged for what waited meanwhile.
 */
export const latencyAt = async (site: Site, pace: Pace): Promise<Percentiles | undefined> => {
  const { rate, seconds, first, accounts } = pace
  const count = rate * seconds
  const seenAt = new Map<number, number>()
  const stop = await watchTopic({
    ...site,
    topic: TOPICS.journal,
    from: 'end',
    restMs: 0,
    onRecords: (records, at) => {
      for (const { value } of records) {
        const { account, sequence } = v.parse(Line, JSON.parse(String(value)))
        seenAt.set(indexOf(account, sequence, accounts) - first, at)
      }
    },
  })
  const start = await sendPaced(site, pace)
  await until(() => seenAt.size >= count, {
    what: `${count} outcomes at ${rate} per second`,
    deadlineMs: DEADLINE_MS,
  })
  await stop()
  return percentilesOf([...seenAt].map(([index, at]) => at - (start + (index * 1000) / rate)))
}

/**
 * One request after the other, each with what came due meanwhile, as billing's relay sends. Answers
 * when the first was to be sent.
 */
const sendPaced = async (
  { connect }: Site,
  { rate, seconds, first, accounts }: Pace,
): Promise<number> => {
  const producer = openKafka(connect).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const count = rate * seconds
  const start = performance.now()
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, 1 + Math.floor(((performance.now() - start) * rate) / 1000))
    if (due > sent) {
      const messages = [...transactionRecords(first + sent, first + due, accounts)]
      await producer.send({ topic: TOPICS.transactions, acks: -1, messages })
      sent = due
    }
    await pause(1)
  }
  await producer.disconnect()
  return start
}
