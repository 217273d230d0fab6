import { runCommand } from '../../support/command-line.ts'
import { median } from '../comparison/comparison.ts'
import { conditionsNow } from '../comparison/conditions.ts'
import { type Results, reportOf, writeResults } from '../comparison/results.ts'
import { step } from '../step.ts'
import { streamsClassPath, streamsVersion } from '../streams/jar.ts'
import { SUBJECTS } from '../subjects/subject.ts'
import { comparisonsOf, type Rounds } from './comparisons.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { measureRound } from './round.ts'

const WRONG_SHOWN = 5

const bench = async (options: Options): Promise<number> => {
  const conditions = await conditionsNow('bench:ledger', { streams: await streamsVersion() })
  await step('building the Streams ledger', streamsClassPath)
  const rounds = await measureRounds(options)
  const wrong = SUBJECTS.flatMap((name) =>
    rounds[name].flatMap((measured) => measured.wrong.map((text) => `${name}: ${text}`)),
  )
  const results: Results = {
    name: 'ledger',
    title: 'The ledger of billing, and the same in Kafka Streams',
    conditions,
    names: { measured: 'billing', baseline: 'streams' },
    comparisons: comparisonsOf(rounds, options.rates),
    remarks: remarksOn(rounds, options, wrong.length),
  }
  console.log(`\n${reportOf(results)}`)
  for (const text of wrong.slice(0, WRONG_SHOWN)) console.error(text)
  if (options.out) console.log(`written: ${(await writeResults(results)).join(' ')}`)
  return wrong.length === 0 ? 0 : 1
}

/** In turns, each time the other one first: what the machine does meanwhile meets both. */
const measureRounds = async (options: Options): Promise<Rounds> => {
  const rounds: Rounds = { billing: [], streams: [] }
  const writtenAt = Date.now()
  for (let round = 0; round < options.rounds; round++) {
    for (const name of round % 2 === 0 ? SUBJECTS : SUBJECTS.toReversed()) {
      console.log(`round ${round + 1}, ${name}`)
      rounds[name].push(await measureRound(name, options, writtenAt))
    }
  }
  return rounds
}

const remarksOn = (rounds: Rounds, options: Options, wrong: number): string[] => {
  const stored = rounds.billing.map(({ storedSeconds }) => storedSeconds ?? Number.NaN)
  const { transactions, accounts, partitions, commitIntervalMs } = options
  return [
    `${transactions} transactions of ${accounts} accounts on ${partitions} partitions; Streams commits every ${commitIntervalMs} ms`,
    `billing had all of it in Postgres ${median(stored).toFixed(1)} s after the last outcome; its Postgres is not in its memory`,
    `outcomes missing, doubled or wrong: ${wrong}`,
  ]
}

if (import.meta.main) {
  process.exitCode = await runCommand(parseOptions(process.argv.slice(2)), HELP, bench)
}
