import { parseArgs } from 'node:util'
import { type Parsed, parsedBy } from '../support/command-line.ts'
import { wholeNumber } from '../support/whole-number.ts'

export const HELP = `Kills, freezes and cuts off the parts of a system of its own while it works, and then proves
from what it left behind that nothing was lost and nothing was doubled.

  bun run faults [options]

  --seed N       of the plan and of the load; the same seed plans and asks for the same (1)
  --minutes M    of faults, about; starting and checking comes on top (5)
  --kills N      processes to kill, at least (0)
  --plan FILE    what to do, instead of a plan of its own: a list of steps, or the run.json of an
                 earlier run, whose seed is used unless --seed is given
  --rate N       operations in a second, at most (100)
  --clients N    clients at a time (16)
  --folder DIR   keeps everything there: plan, history, topics, tables, logs, report. Must be new.
                 Without it, only a run that found something keeps its folder
  --planted      plant bugs, and see them found; has options of its own: --planted --help
  --help, -h     this text

Ends with 0 when there was no violation and the run saw what it must have seen, else with 1; with
64 when it was asked for something that there is not. To judge a kept folder again:

  bun tests/faults/check/check.ts DIR
`

export type Options = {
  seed: number | undefined
  minutes: number
  kills: number
  plan: string | undefined
  rate: number
  clients: number
  folder: string | undefined
}

/** Reads the command line of `bun run faults`. */
export const parseOptions = (words: readonly string[]): Parsed<Options> =>
  parsedBy(() => {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return undefined
    const { seed, minutes, kills, plan, rate, clients, folder } = values
    if (plan !== undefined && (minutes !== undefined || kills !== undefined)) {
      throw new Error('--plan says all there is to do: no --minutes or --kills with it')
    }
    return {
      seed: seed === undefined ? undefined : wholeNumber('seed', seed, 0, Number.MAX_SAFE_INTEGER),
      minutes: wholeNumber('minutes', minutes ?? '5', 1, 1_440),
      kills: wholeNumber('kills', kills ?? '0', 0, 10_000),
      plan,
      rate: wholeNumber('rate', rate, 1, 10_000),
      clients: wholeNumber('clients', clients, 1, 500),
      folder,
    }
  })

const FLAGS = {
  help: { type: 'boolean', short: 'h', default: false },
  seed: { type: 'string' },
  minutes: { type: 'string' },
  kills: { type: 'string' },
  plan: { type: 'string' },
  rate: { type: 'string', default: '100' },
  clients: { type: 'string', default: '16' },
  folder: { type: 'string' },
} as const
