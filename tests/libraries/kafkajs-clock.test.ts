import { spyOn, test } from 'bun:test'
import { kafkaClient } from '../../shared/kafka/kafka-client.ts'
import { type Confirmed, joinGroup } from '../../shared/kafka/membership.ts'
import { openLog } from '../../shared/log.ts'
import { broker } from '../support/broker.ts'
import { until } from '../support/until.ts'
import { newTopic } from './clients.ts'

/** Clocks are set, by people and by NTP; what has to happen in time must not depend on them. */

const HOUR_MS = 3_600_000
const log = openLog('test', 'silent')

test.each([
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
])('a member stays a member when the clock is set %s by an hour', async (_way, byMs) => {
  const topic = await newTopic()
  const connect = { clientId: 'clock', brokers: [await broker()], log }
  let confirmed: Confirmed | undefined
  let clock: { mockRestore: () => void } | undefined
  const leave = await joinGroup({
    kafka: kafkaClient(connect),
    groupId: `clock-${crypto.randomUUID()}`,
    topic,
    log,
    onAssigned: (_partitions, confirmedNow) => {
      confirmed = confirmedNow
    },
    onCrashed: () => {},
  })
  try {
    const member = await until(() => confirmed, { what: 'the group to assign' })
    await member(AbortSignal.timeout(10_000))
    const now = Date.now.bind(Date)
    clock = spyOn(Date, 'now').mockImplementation(() => now() + byMs)
    // Twice: the first may have been under way.
    await member(AbortSignal.timeout(5_000))
    await member(AbortSignal.timeout(5_000))
  } finally {
    clock?.mockRestore()
    await leave()
  }
})
