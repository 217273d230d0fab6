import { TOPICS } from '../../../billing/events.ts'
import { peakMemory } from '../memory.ts'
import type { Percentiles } from '../percentiles.ts'
import { step } from '../step.ts'
import { acceptInBooks } from '../subjects/books.ts'
import { openSite, type Site } from '../subjects/site.ts'
import { startSubject, whileRunning } from '../subjects/start.ts'
import type { Subject, SubjectName } from '../subjects/subject.ts'
import { expectedAfter } from '../workload/expected.ts'
import { oddRecords } from '../workload/odd-records.ts'
import { transactionRecords } from '../workload/records.ts'
import { sendAll } from '../workload/send.ts'
import { verify } from '../workload/verify.ts'
import { latencyAt } from './latency.ts'
import type { Options } from './options.ts'
import { sendOdd } from './set-aside.ts'
import { secondsUntilStored } from './stored.ts'
import { decideAll, warmUpOf } from './throughput.ts'

/** What one subject did in one round. */
export type Measured = {
  perSecond: number
  latencies: { rate: number; times: Percentiles | undefined }[]
  peakMemoryMb: number
  /** Of billing: how long Postgres took to have everything, after the last outcome. */
  storedSeconds: number | undefined
  /** A sentence for each thing that it wrote wrongly, or not. */
  wrong: string[]
}

/** Measures one subject on a broker and a database of its own. */
export const measureRound = async (
  name: SubjectName,
  options: Options,
  writtenAt: number,
): Promise<Measured> => {
  const { transactions, accounts, rates, seconds, commitIntervalMs } = options
  const waiting = warmUpOf(transactions) + transactions
  const all = waiting + rates.reduce((sum, rate) => sum + rate * seconds, 0)
  const site = await step('  broker and database', () => openSite(options.partitions))
  try {
    if (name === 'billing') {
      await step('  books', () => acceptInBooks(site.databaseUrl, { first: 0, end: all, accounts }))
    }
    await step(`  ${waiting} transactions`, () =>
      sendAll(
        site.connect,
        TOPICS.transactions,
        transactionRecords(0, waiting, accounts),
        writtenAt,
      ),
    )
    const { subject, perSecond } = await step('  decided', () =>
      decideAll(site, transactions, () => startSubject(name, site, commitIntervalMs)),
    )
    const storedSeconds =
      name === 'billing' ? await secondsUntilStored(site.databaseUrl, waiting) : undefined
    const latencies = await measureLatencies(site, subject, waiting, options)
    const peakMemoryMb = (await peakMemory(subject.child.pid)) ?? Number.NaN
    const odd = oddRecords(all, accounts)
    await whileRunning(subject, sendOdd(site, odd))
    await subject.stop()
    const wrong = await step('  everything verified', () =>
      verify(site, expectedAfter(all, accounts), odd),
    )
    return { perSecond, latencies, peakMemoryMb, storedSeconds, wrong }
  } finally {
    await site.close()
  }
}

const measureLatencies = async (
  site: Site,
  subject: Subject,
  start: number,
  { rates, seconds, accounts }: Options,
): Promise<Measured['latencies']> => {
  const latencies: Measured['latencies'] = []
  let first = start
  for (const rate of rates) {
    const times = await step(`  ${rate} per second`, () =>
      whileRunning(subject, latencyAt(site, { rate, seconds, first, accounts })),
    )
    latencies.push({ rate, times })
    first += rate * seconds
  }
  return latencies
}
