import { TOPICS } from '../../../billing/events.ts'
import { until } from '../../support/until.ts'
import type { Site } from '../subjects/site.ts'
import { whileRunning } from '../subjects/start.ts'
import type { Subject } from '../subjects/subject.ts'
import { watchTopic } from '../workload/watch-topic.ts'

/** A million balances take Streams a minute; what takes ten is stuck. */
const DEADLINE_MS = 600_000

export type Lines = {
  /** The line of each transaction that was read, and when. */
  read: { value: string; at: number }[]
  /** Resolves when so many are read, with the moment of the last of them. */
  reached: (count: number, subject: Subject) => Promise<number>
  stop: () => Promise<void>
}

/** Reads the journal's lines as soon as they can be read. */
export const watchLines = async (site: Site): Promise<Lines> => {
  const read: Lines['read'] = []
  const stop = await watchTopic({
    ...site,
    topic: TOPICS.journal,
    from: 'start',
    restMs: 0,
    onRecords: (records, at) => {
      for (const { value } of records) read.push({ value: String(value), at })
    },
  })
  const reached = async (count: number, subject: Subject): Promise<number> => {
    const wait = { what: `${count} outcomes`, deadlineMs: DEADLINE_MS }
    await whileRunning(
      subject,
      until(() => read.length >= count, wait),
    )
    return read[count - 1]?.at ?? Number.NaN
  }
  return { read, reached, stop }
}
