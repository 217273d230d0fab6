import { parseArgs } from 'node:util'
import { type Parsed, parsedBy } from '../../support/command-line.ts'
import { wholeNumber } from '../../support/whole-number.ts'

export const HELP = `Measures whether an order costs more where much is there already: whole systems of their own, each
with another number of accounts, lines of the journal or partitions, in turns with the smallest.

  bun run bench:growth [options]

  --accounts A,B       that stand there, each with a deposit (1000,100000,1000000)
  --rows R,S           of the journal, with the fewest accounts (100000,1000000,10000000);
                       the most of both are measured together, too
  --partitions P,Q     of every topic; the first of them wherever something else varies (4,1,12)
  --orders N           to be measured each time, twice: as fast as they are decided, and by the
                       clock; half as many warm up (8000)
  --connections C      orders at a time (16)
  --rate R             orders per second by the clock (200)
  --rounds R           of each size, in turns (3)
  --out                also write the figures to tests/bench/results/
  --help, -h           this text

What is there is in the tables of the services; the log begins with the orders of the bench. Needs
Linux, and 10 GB of disk in TMPDIR for each 10 million rows. The figures are printed, never judged.
Ends with 1 when an order is lost, decided twice or wrongly, or the books contradict each other.
`

export type Options = {
  accounts: number[]
  rows: number[]
  partitions: number[]
  orders: number
  connections: number
  rate: number
  rounds: number
  out: boolean
}

/** Reads the command line of `bun run bench:growth`. */
export const parseOptions = (words: readonly string[]): Parsed<Options> =>
  parsedBy(() => {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return undefined
    const accounts = wholeNumbers('accounts', values.accounts, 1, 100_000_000)
    const rows = wholeNumbers('rows', values.rows, 1, 1_000_000_000)
    if (Math.min(...rows) < Math.min(...accounts) || Math.max(...rows) < Math.max(...accounts)) {
      throw new Error('--rows: every account has a row, so there must be as many at least')
    }
    return {
      accounts,
      rows,
      partitions: wholeNumbers('partitions', values.partitions, 1, 100),
      orders: wholeNumber('orders', values.orders, 10, 1_000_000),
      connections: wholeNumber('connections', values.connections, 1, 200),
      rate: wholeNumber('rate', values.rate, 1, 10_000),
      rounds: wholeNumber('rounds', values.rounds, 1, 100),
      out: values.out,
    }
  })

const wholeNumbers = (name: string, text: string, min: number, max: number): number[] =>
  text.split(',').map((word) => wholeNumber(name, word, min, max))

const FLAGS = {
  accounts: { type: 'string', default: '1000,100000,1000000' },
  rows: { type: 'string', default: '100000,1000000,10000000' },
  partitions: { type: 'string', default: '4,1,12' },
  orders: { type: 'string', default: '8000' },
  connections: { type: 'string', default: '16' },
  rate: { type: 'string', default: '200' },
  rounds: { type: 'string', default: '3' },
  out: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
