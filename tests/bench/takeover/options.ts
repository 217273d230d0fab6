import { parseArgs } from 'node:util'
import { type Parsed, parsedBy } from '../../support/command-line.ts'
import { wholeNumber } from '../../support/whole-number.ts'

export const HELP = `Measures how soon a new process goes on deciding where many accounts stand in the log: the ledger of
billing, whose cache in Postgres is up to date, and the same ledger in Kafka Streams on a new machine.

  bun run bench:takeover [options]

  --accounts A,B         that stand there (10000,1000000)
  --partitions P         of every topic (4)
  --rounds R             of each, in turns (3)
  --commit-interval MS   of Streams; 100 is its own default for exactly-once (100)
  --out                  also write the figures to tests/bench/results/
  --help, -h             this text

The figures are printed, never judged. Ends with 1 when an outcome is wrong.
`

export type Options = {
  accounts: number[]
  partitions: number
  rounds: number
  commitIntervalMs: number
  out: boolean
}

/** One transaction waits for the start, and 99 come in after a kill: each for another account. */
const ACCOUNTS_MIN = 100

/** Reads the command line of `bun run bench:takeover`. */
export const parseOptions = (words: readonly string[]): Parsed<Options> =>
  parsedBy(() => {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return undefined
    return {
      accounts: values.accounts
        .split(',')
        .map((count) => wholeNumber('accounts', count, ACCOUNTS_MIN, 100_000_000)),
      partitions: wholeNumber('partitions', values.partitions, 1, 16),
      rounds: wholeNumber('rounds', values.rounds, 1, 100),
      commitIntervalMs: wholeNumber('commit-interval', values['commit-interval'], 1, 60_000),
      out: values.out,
    }
  })

const FLAGS = {
  accounts: { type: 'string', default: '10000,1000000' },
  partitions: { type: 'string', default: '4' },
  rounds: { type: 'string', default: '3' },
  'commit-interval': { type: 'string', default: '100' },
  out: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
