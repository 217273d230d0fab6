import { runCommand } from '../../support/command-line.ts'
import { median } from '../comparison/comparison.ts'
import { conditionsNow } from '../comparison/conditions.ts'
import { type Results, reportOf, writeResults } from '../comparison/results.ts'
import { step } from '../step.ts'
import { streamsClassPath, streamsVersion } from '../streams/jar.ts'
import { SUBJECTS } from '../subjects/subject.ts'
import { whole } from '../table.ts'
import { comparisonsOf, type Stand } from './comparisons.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { measureRound } from './round.ts'

const bench = async (options: Options): Promise<number> => {
  const conditions = await conditionsNow('bench:takeover', { streams: await streamsVersion() })
  await step('building the Streams ledger', streamsClassPath)
  const stands: Stand[] = []
  for (const accounts of options.accounts) stands.push(await measureStand(accounts, options))
  const wrong = stands.flatMap(({ billing, streams }) =>
    [...billing, ...streams].flatMap((measured) => measured.wrong),
  )
  const results: Results = {
    name: 'takeover',
    title: 'A new process takes over: billing, and the same ledger in Kafka Streams',
    conditions,
    names: { measured: 'billing', baseline: 'streams' },
    comparisons: comparisonsOf(stands),
    remarks: [...stands.map(remarkOn), `outcomes that are wrong: ${wrong.length}`],
  }
  console.log(`\n${reportOf(results)}`)
  for (const text of wrong) console.error(text)
  if (options.out) console.log(`written: ${(await writeResults(results)).join(' ')}`)
  return wrong.length === 0 ? 0 : 1
}

/** In turns, each time the other one first: what the machine does meanwhile meets both. */
const measureStand = async (accounts: number, options: Options): Promise<Stand> => {
  const stand: Stand = { accounts, billing: [], streams: [] }
  for (let round = 0; round < options.rounds; round++) {
    for (const name of round % 2 === 0 ? SUBJECTS : SUBJECTS.toReversed()) {
      console.log(`${accounts} accounts, round ${round + 1}, ${name}`)
      stand[name].push(await measureRound(name, accounts, options))
    }
  }
  return stand
}

const remarkOn = ({ accounts, billing }: Stand): string => {
  const seconds = billing.map(({ secondsAfterKill }) => secondsAfterKill ?? Number.NaN)
  return `${whole(accounts)} accounts: ${median(seconds).toFixed(1)} s after kill -9, a second instance of billing had decided what waited on every partition`
}

if (import.meta.main) {
  process.exitCode = await runCommand(parseOptions(process.argv.slice(2)), HELP, bench)
}
