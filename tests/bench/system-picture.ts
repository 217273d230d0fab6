import { type Memory, together } from './memory.ts'
import type { Percentiles } from './percentiles.ts'
import { type Bar, COLOURS, type Panel, picture } from './picture.ts'
import { backlogOf, type Figures, machineOf, outcomesOf } from './report.ts'
import { milliseconds, whole } from './table.ts'

/** What one run found out about the whole system, to look at. */
export const systemPicture = (figures: Figures): string =>
  picture('The whole system over HTTP', panelsOf(figures), [
    backlogOf(figures),
    ...outcomesOf(figures).map(([name, count]) => `${name}: ${count}`),
    ...machineOf(figures).map(([name, value]) => `${name}: ${value}`),
    `${figures.command}, ${figures.date.slice(0, 10)}`,
  ])

const panelsOf = ({ measures, memory }: Figures): Panel[] => [
  ...measures.map(({ name, perSecond, times }) => ({
    title: `${name}: ${whole(perSecond)} per second`,
    bars: times === undefined ? [] : timesOf(times),
  })),
  ...(memory.length === 0
    ? []
    : [{ title: 'resident memory of the services together', bars: memoryOf(together(memory)) }]),
]

const timesOf = (times: Percentiles): Bar[] =>
  (['p50', 'p95', 'p99', 'max'] as const).map((name) =>
    bar(name, times[name], milliseconds(times[name])),
  )

const memoryOf = ({ first, highest, last }: Memory): Bar[] => [
  bar('before', first, `${whole(first)} MB`),
  bar('highest', highest, `${whole(highest)} MB`),
  bar('after', last, `${whole(last)} MB`),
]

const bar = (name: string, value: number, label: string): Bar => ({
  name,
  values: [value],
  label,
  colour: COLOURS.measured,
})
