import { TOPICS } from '../../../billing/events.ts'
import { until } from '../../support/until.ts'
import { residentMemory } from '../memory.ts'
import { step } from '../step.ts'
import { startBilling } from '../subjects/billing.ts'
import { openSite, type Site } from '../subjects/site.ts'
import { startSubject } from '../subjects/start.ts'
import type { Subject, SubjectName } from '../subjects/subject.ts'
import { transactionRecords } from '../workload/records.ts'
import { sendAll } from '../workload/send.ts'
import { type Lines, watchLines } from './lines.ts'
import type { Options } from './options.ts'
import { standForBilling, standForStreams } from './stand.ts'
import { secondLine } from './standing.ts'

/** What one subject did in one round. */
export type Measured = {
  /** From the start of its process until the outcome of what waited could be read. */
  seconds: number
  /** Right after that. */
  residentMb: number
  /** Of billing: from the kill of its owner until another instance had decided what waited. */
  secondsAfterKill: number | undefined
  /** A sentence for each outcome that is not what it must be. */
  wrong: string[]
}

/** The first accounts, whose names never change; among so many, each of up to 16 partitions has some. */
const AFTER_KILL = 99

/** Measures one subject, on a broker and a database of its own in which so many accounts stand. */
export const measureRound = async (
  name: SubjectName,
  accounts: number,
  { partitions, commitIntervalMs }: Options,
): Promise<Measured> => {
  const site = await step('  broker and database', () => openSite(partitions))
  try {
    await step(`  ${accounts} accounts`, () =>
      name === 'billing'
        ? standForBilling(site, accounts, 1 + AFTER_KILL)
        : standForStreams(site, accounts),
    )
    await sendSecond(site, accounts, 0, 1)
    const lines = await watchLines(site)
    const startedAt = performance.now()
    const subject = await startSubject(name, site, commitIntervalMs)
    const decidedAt = await step('  decided', () => lines.reached(1, subject))
    const residentMb = (await residentMemory(subject.child.pid)) ?? Number.NaN
    const secondsAfterKill =
      name === 'billing'
        ? await step('  killed and taken over', () =>
            takeOverFromKilled(site, accounts, subject, lines),
          )
        : undefined
    await lines.stop()
    await subject.stop()
    const seconds = (decidedAt - startedAt) / 1000
    return { seconds, residentMb, secondsAfterKill, wrong: wrongLines(lines, accounts) }
  } finally {
    await site.close()
  }
}

/**
 * Kills the instance while another stands by and transactions of every partition come in; answers
 * the seconds from the kill until all of them are decided.
 */
const takeOverFromKilled = async (
  site: Site,
  accounts: number,
  owner: Subject,
  lines: Lines,
): Promise<number> => {
  const other = await startBilling(site, 'billing-standing-by')
  await until(async () => (await other.ready()) === true, {
    what: 'the second instance to be ready',
    deadlineMs: 60_000,
  })
  const killedAt = performance.now()
  await owner.child.kill()
  await sendSecond(site, accounts, 1, 1 + AFTER_KILL)
  const decidedAt = await lines.reached(1 + AFTER_KILL, other)
  await other.stop()
  return (decidedAt - killedAt) / 1000
}

/** Sends the second transactions of some accounts. */
const sendSecond = (site: Site, accounts: number, start: number, end: number): Promise<void> => {
  const records = transactionRecords(accounts + start, accounts + end, accounts)
  return sendAll(site.connect, TOPICS.transactions, records, Date.now())
}

const wrongLines = ({ read }: Lines, accounts: number): string[] => {
  const expected = new Set(read.map((_, index) => secondLine(index, accounts)))
  return read.flatMap(({ value }) =>
    expected.delete(value) ? [] : [`the journal has a line that must not be: ${value}`],
  )
}
