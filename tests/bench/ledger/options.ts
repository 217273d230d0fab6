import { parseArgs } from 'node:util'
import { type Parsed, parsedBy } from '../../support/command-line.ts'
import { wholeNumber } from '../../support/whole-number.ts'

export const HELP = `Measures the ledger of billing and the same ledger in Kafka Streams, in turns, on brokers of their own.

  bun run bench:ledger [options]

  --transactions N       to be decided, as fast as they can be (200000)
  --accounts A           that they are spread over (10000)
  --partitions P         of every topic (4)
  --rounds R             of each, in turns (3)
  --rates X,Y            transactions per second at which latency is measured (200,1000)
  --seconds S            of each of these (20)
  --commit-interval MS   of Streams; 100 is its own default for exactly-once (100)
  --out                  also write the figures to tests/bench/results/
  --help, -h             this text

The figures are printed, never judged. Ends with 1 when an outcome is missing, doubled or wrong.
`

export type Options = {
  transactions: number
  accounts: number
  partitions: number
  rounds: number
  rates: number[]
  seconds: number
  commitIntervalMs: number
  out: boolean
}

/** Reads the command line of `bun run bench:ledger`. */
export const parseOptions = (words: readonly string[]): Parsed<Options> =>
  parsedBy(() => {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return undefined
    return {
      transactions: wholeNumber('transactions', values.transactions, 100, 10_000_000),
      accounts: wholeNumber('accounts', values.accounts, 1, 1_000_000),
      partitions: wholeNumber('partitions', values.partitions, 1, 100),
      rounds: wholeNumber('rounds', values.rounds, 1, 100),
      rates: values.rates.split(',').map((rate) => wholeNumber('rates', rate, 1, 100_000)),
      seconds: wholeNumber('seconds', values.seconds, 1, 3_600),
      commitIntervalMs: wholeNumber('commit-interval', values['commit-interval'], 1, 60_000),
      out: values.out,
    }
  })

const FLAGS = {
  transactions: { type: 'string', default: '200000' },
  accounts: { type: 'string', default: '10000' },
  partitions: { type: 'string', default: '4' },
  rounds: { type: 'string', default: '3' },
  rates: { type: 'string', default: '200,1000' },
  seconds: { type: 'string', default: '20' },
  'commit-interval': { type: 'string', default: '100' },
  out: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
