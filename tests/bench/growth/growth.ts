import { assert } from '../../../shared/assert.ts'
import { runCommand } from '../../support/command-line.ts'
import { conditionsNow } from '../comparison/conditions.ts'
import { type Results, reportOf, writeResults } from '../comparison/results.ts'
import { whole } from '../table.ts'
import { wrongIn } from './check.ts'
import { comparisonsOf, partLines, type Rounds, together } from './comparisons.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { measureRound } from './round.ts'
import { nameOf, sizesOf } from './sizes.ts'
import { openStand, type Stand } from './stand.ts'

const WRONG_SHOWN = 10

const bench = async (options: Options): Promise<number> => {
  const conditions = await conditionsNow('bench:growth')
  const all = await measureSizes(options)
  const [smallest, ...others] = all
  assert(smallest !== undefined, 'there is always a smallest size')
  const wrong = all.flatMap(({ size, measured }) =>
    measured.flatMap((round) => round.wrong.map((text) => `${nameOf(size)}: ${text}`)),
  )
  const results: Results = {
    name: 'growth',
    title: 'An order where much is there already, and where almost nothing is',
    conditions,
    names: { measured: 'large', baseline: 'smallest' },
    comparisons: comparisonsOf(smallest, others),
    remarks: [...remarksOn(smallest, options), ...partLines(all), `wrong: ${wrong.length}`],
    details: all,
  }
  console.log(`\n${reportOf(results)}`)
  for (const text of wrong.slice(0, WRONG_SHOWN)) console.error(text)
  if (options.out) console.log(`written: ${(await writeResults(results)).join(' ')}`)
  return wrong.length === 0 ? 0 : 1
}

/** The smallest first. All are filled before any is measured; what the machine does meets all. */
const measureSizes = async (options: Options): Promise<Rounds[]> => {
  const { smallest, others } = sizesOf(options)
  const stands: (Stand & Rounds)[] = []
  try {
    for (const size of [smallest, ...others]) {
      console.log(nameOf(size))
      stands.push({ ...(await openStand(size)), measured: [] })
    }
    for (let round = 0; round < options.rounds; round++) {
      const isLast = round === options.rounds - 1
      for (const stand of round % 2 === 0 ? stands : stands.toReversed()) {
        console.log(`round ${round + 1}, ${nameOf(stand.size)}`)
        const check = async (system: Parameters<typeof wrongIn>[1]) =>
          isLast ? wrongIn(stand, system) : []
        const measured = await measureRound(stand, options, round, check)
        console.log(`  ${whole(together(measured.atOnce))} µs of processor for an order`)
        stand.measured.push(measured)
      }
    }
    return stands.map(({ size, gigabytes, measured }) => ({ size, gigabytes, measured }))
  } finally {
    for (const stand of stands) await stand.remove()
  }
}

const remarksOn = ({ size }: Rounds, options: Options): string[] => [
  `${whole(options.orders)} orders each time, from the request until decided and told: ${options.connections} at a time, then ${options.rate} per second`,
  `processor time of services, Postgres and broker together; the smallest has ${nameOf(size)}`,
  'what was there is in Postgres only: the log begins with the orders of the bench, so that accounts and rows',
  'mean nothing to the broker: as far as its time differs between them, it is the machine that made the difference',
]

if (import.meta.main) {
  process.exitCode = await runCommand(parseOptions(process.argv.slice(2)), HELP, bench)
}
