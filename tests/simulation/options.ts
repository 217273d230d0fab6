import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Parsed, parsedBy } from '../support/command-line.ts'
import { wholeNumber } from '../support/whole-number.ts'

export const HELP = `Runs the services' own loops on a virtual clock, over a log and stores in memory, through
histories that nobody would wish for, and then proves that nothing was lost and nothing was doubled.

  bun run simulate [options]

  --seeds N          histories, one for each seed (2000)
  --from N           the first seed (1)
  --operations N     in each history (200)
  --workers N        processes that share the seeds (one for each core)
  --stop-at-first    ends with the first history that went wrong
  --seen             a table of what happened, and how often
  --seed N           one history alone, with all that was wrong
  --scenario FILE    one that was shrunk
  --trace            with either of them: everything that happens
  --help, -h         this text

Ends with 0 when nothing was wrong, else with 1; with 64 when it was asked for something that there
is not. A history that goes wrong is shrunk, and kept in .local/simulated.
`

export type Options = {
  seeds: number
  from: number
  operations: number
  workers: number
  stopAtFirst: boolean
  isSeenShown: boolean
  seed: number | undefined
  scenario: string | undefined
  trace: boolean
}

const SEED_MAX = 2 ** 32 - 1

/** Reads the command line of `bun run simulate`. */
export const parseOptions = (words: readonly string[]): Parsed<Options> =>
  parsedBy(() => {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return undefined
    const { seed, scenario, trace } = values
    if (seed !== undefined && scenario !== undefined) {
      throw new Error('--seed and --scenario each name one history: only one of them')
    }
    if (trace && seed === undefined && scenario === undefined) {
      throw new Error('--trace is for one history: name it by --seed or --scenario')
    }
    return {
      seeds: wholeNumber('seeds', values.seeds, 1, 10_000_000),
      from: wholeNumber('from', values.from, 0, SEED_MAX),
      operations: wholeNumber('operations', values.operations, 1, 10_000),
      workers: wholeNumber('workers', values.workers, 1, 256),
      stopAtFirst: values['stop-at-first'],
      isSeenShown: values.seen,
      seed: seed === undefined ? undefined : wholeNumber('seed', seed, 0, SEED_MAX),
      scenario,
      trace,
    }
  })

const FLAGS = {
  help: { type: 'boolean', short: 'h', default: false },
  seeds: { type: 'string', default: '2000' },
  from: { type: 'string', default: '1' },
  operations: { type: 'string', default: '200' },
  workers: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string' },
  scenario: { type: 'string' },
  trace: { type: 'boolean', default: false },
  seen: { type: 'boolean', default: false },
  'stop-at-first': { type: 'boolean', default: false },
} as const
