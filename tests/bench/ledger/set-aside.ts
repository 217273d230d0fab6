import { TOPICS } from '../../../billing/events.ts'
import { DEAD_LETTER } from '../../../shared/kafka/dead-letter.ts'
import { until } from '../../support/until.ts'
import type { Site } from '../subjects/site.ts'
import type { OddRecord } from '../workload/odd-records.ts'
import { sendAll } from '../workload/send.ts'
import { watchTopic } from '../workload/watch-topic.ts'

const REST_MS = 20
const DEADLINE_MS = 60_000

/** Sends odd records and waits until as many dead letters are readable as there must be. */
export const sendOdd = async (site: Site, odd: readonly OddRecord[]): Promise<void> => {
  let found = 0
  const stop = await watchTopic({
    ...site,
    topic: DEAD_LETTER,
    from: 'start',
    restMs: REST_MS,
    onRecords: (records) => {
      found += records.length
    },
  })
  await sendAll(site.connect, TOPICS.transactions, odd, Date.now())
  const dead = odd.filter(({ isDead }) => isDead).length
  await until(() => found >= dead, { what: `${dead} dead letters`, deadlineMs: DEADLINE_MS })
  await stop()
}
