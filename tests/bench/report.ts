import { type Memory, together } from './memory.ts'
import { spacingMs } from './paced.ts'
import type { Percentiles } from './percentiles.ts'
import type { BusyCores } from './processor.ts'
import type { environment, System } from './system.ts'
import { facts, milliseconds, table, whole } from './table.ts'

/** Everything that one run found out; times in ms, memory in MB. */
export type Figures = {
  date: string
  command: string
  environment: ReturnType<typeof environment>
  system: Omit<System, 'pids'>
  measures: Measure[]
  /** Until the backlog of the full load was decided and told; null when not by the deadline. */
  drainedMs: number | null
  decidedPerSecond: number | null
  memory: Memory[]
  accepted: number
  missing: number
  wrong: number
  unbalanced: number
  uncertain: number
}

export type Measure = {
  name: string
  perSecond: number
  times: Percentiles | undefined
  /** Answers other than the wanted one, counted by status or error. */
  failures: Record<string, number>
  cores: BusyCores
}

/** Whether the run may be believed: something was measured and nothing got lost. */
export const holds = ({ accepted, missing, wrong, unbalanced }: Figures): boolean =>
  accepted > 0 && missing === 0 && wrong === 0 && unbalanced === 0

/** The report for people. */
export const report = (figures: Figures): string =>
  [
    facts(machineOf(figures)),
    measures(figures.measures),
    backlogOf(figures),
    memory(figures.memory),
    table(outcomesOf(figures)),
  ].join('\n\n')

/** What was measured on, and how. */
export const machineOf = ({ environment, system }: Figures): [string, string][] => [
  ['machine', `${environment.cores} cores, ${environment.processor}, ${environment.platform}`],
  ['load before', `${environment.loadAverage} processes on average over a minute`],
  ['Bun', environment.bun],
  ['broker', system.broker],
  ['reached', `${system.reached}: ${[...new Set(Object.values(system.addresses))].join(' ')}`],
  ['visible', `looked at every ${spacingMs} ms, so known no better than that`],
]

const measures = (rows: readonly Measure[]): string =>
  table([
    [
      '',
      'per second',
      'p50',
      'p95',
      'p99',
      'max',
      'samples',
      'cores: load',
      'machine',
      'other answers',
    ],
    ...rows.map(({ name, perSecond, times, failures, cores }) => [
      name,
      whole(perSecond),
      milliseconds(times?.p50),
      milliseconds(times?.p95),
      milliseconds(times?.p99),
      milliseconds(times?.max),
      whole(times?.samples ?? 0),
      cores.load.toFixed(2),
      cores.machine.toFixed(2),
      Object.entries(failures)
        .map(([word, count]) => `${whole(count)} x ${word}`)
        .join(', ') || 'none',
    ]),
  ])

export const backlogOf = ({ drainedMs, decidedPerSecond }: Figures): string =>
  drainedMs === null || decidedPerSecond === null
    ? 'The backlog of the full load was not decided by the deadline.'
    : `The backlog of the full load was decided and told ${milliseconds(drainedMs)} after its end: ${whole(decidedPerSecond)} orders per second from end to end.`

const memory = (rows: readonly Memory[]): string => {
  if (rows.length === 0) return 'resident memory: unknown, the processes are not known here'
  return table([
    ['resident memory', 'before', 'highest', 'after'],
    ...[...rows, together(rows)].map(({ service, first, highest, last }) => [
      service,
      `${whole(first)} MB`,
      `${whole(highest)} MB`,
      `${whole(last)} MB`,
    ]),
  ])
}

/** What became of the orders, each with how many. */
export const outcomesOf = (figures: Figures): [string, string][] => [
  ['orders accepted', whole(figures.accepted)],
  ['outcomes missing', whole(figures.missing)],
  ['outcomes wrong', whole(figures.wrong)],
  ['balances that do not add up', whole(figures.unbalanced)],
  ['accounts left out, no clear answer', whole(figures.uncertain)],
]
