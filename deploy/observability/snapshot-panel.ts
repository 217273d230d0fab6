import type { Unit } from './panel.ts'
import type { Range } from './prometheus-query.ts'

/** A panel of a dashboard with what there is to be seen in it. */
export type DrawnPanel = {
  title: string
  unit: Unit
  kind: 'timeseries' | 'stat' | 'state-timeline'
  series: readonly { name: string; points: readonly [second: number, value: number][] }[]
}
export type Box = { left: number; top: number; width: number; height: number }

/** What a panel adds to the option of the whole picture. */
export type Drawing = {
  [Part in 'title' | 'graphic' | 'grid' | 'xAxis' | 'yAxis' | 'series']: object[]
}

const COLOURS = ['#2f6fab', '#b8763b', '#4c9a5b', '#9b5fa8', '#c0504d', '#7f7f7f', '#3aa6a6']
const UP = '#4c9a5b'
const DOWN = '#c0504d'
const TITLE = 22
const LEGEND = 13
/** A picture has room for so many; a dashboard shows the others too. */
const NAMED = 6
const NAME_MAX = 36

/** Draws a panel into its box; `index` counts the panels with axes that were drawn before. */
export const drawPanel = (panel: DrawnPanel, box: Box, index: number, range: Range): Drawing => {
  const title = [{ text: panel.title, left: box.left, top: box.top, textStyle: { fontSize: 12 } }]
  const empty: Drawing = { title, graphic: [], grid: [], xAxis: [], yAxis: [], series: [] }
  if (panel.series.every(({ points }) => points.length === 0)) {
    return { ...empty, graphic: [text('no data', box.left, box.top + TITLE, 11, '#888888')] }
  }
  if (panel.kind === 'stat') return { ...empty, graphic: [stat(panel, box)] }
  if (panel.kind === 'state-timeline') return { ...empty, graphic: states(panel, box, range) }
  return { ...empty, ...lines(panel, box, index, range) }
}

const stat = ({ series, unit }: DrawnPanel, { left, top }: Box) => {
  const latest = series[0]?.points.at(-1)?.[1] ?? 0
  return text(formatted(latest, unit), left, top + TITLE + 20, 34, UP)
}

const states = ({ series }: DrawnPanel, { left, top, width, height }: Box, range: Range) => {
  const names = 130
  const row = Math.min(14, (height - TITLE) / series.length)
  const x = (second: number) =>
    left + names + ((second - range.from) / (range.to - range.from)) * (width - names)
  return series.flatMap(({ name, points }, index) => {
    const y = top + TITLE + index * row
    const bars = runs(points).map(([from, to, value]) => ({
      type: 'rect',
      shape: { x: x(from), y, width: x(to + range.step) - x(from), height: row - 3 },
      style: { fill: value > 0 ? UP : DOWN },
    }))
    return [text(name, left, y, Math.min(10, row), '#333333'), ...bars]
  })
}

/** Neighbours with the same value as one: from, to, value. */
const runs = (points: DrawnPanel['series'][number]['points']) => {
  const found: [from: number, to: number, value: number][] = []
  for (const [second, value] of points) {
    const last = found.at(-1)
    if (last?.[2] === value) last[1] = second
    else found.push([second, second, value])
  }
  return found
}

const lines = (
  { series, unit }: DrawnPanel,
  { left, top, width, height }: Box,
  index: number,
  range: Range,
): Omit<Drawing, 'title'> => ({
  graphic: series
    .slice(0, NAMED)
    .map(({ name }, nth) =>
      text(
        name.length > NAME_MAX ? `${name.slice(0, NAME_MAX)}…` : name,
        left + (nth % 2) * (width / 2),
        top +
          height -
          LEGEND * Math.ceil(Math.min(series.length, NAMED) / 2) +
          LEGEND * Math.floor(nth / 2),
        10,
        colourOf(nth),
      ),
    ),
  grid: [
    {
      left: left + 50,
      top: top + TITLE + 4,
      width: width - 66,
      height: height - TITLE - 24 - LEGEND * Math.ceil(Math.min(series.length, NAMED) / 2),
    },
  ],
  xAxis: [
    {
      gridIndex: index,
      type: 'value',
      min: 0,
      max: (range.to - range.from) / 60,
      splitLine: { show: false },
      axisLabel: { fontSize: 9, formatter: '{value} min' },
      splitNumber: 4,
    },
  ],
  yAxis: [
    {
      gridIndex: index,
      type: 'value',
      min: 0,
      splitNumber: 3,
      axisLabel: { fontSize: 9, formatter: (value: number) => formatted(value, unit) },
    },
  ],
  series: series.map(({ points }, nth) => ({
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    showSymbol: false,
    lineStyle: { width: 1.3, color: colourOf(nth) },
    data: points.map(([second, value]) => [(second - range.from) / 60, value]),
  })),
})

const colourOf = (nth: number): string => COLOURS[nth % COLOURS.length] ?? '#333333'

const text = (words: string, x: number, y: number, size: number, fill: string) => ({
  type: 'text',
  x,
  y,
  style: { text: words, fontSize: size, fill },
})

const formatted = (value: number, unit: Unit): string => {
  switch (unit) {
    case 's':
      return value !== 0 && value < 1 ? `${short(value * 1_000)} ms` : `${short(value)} s`
    case 'bytes':
      return `${short(value / 1_048_576)} MiB`
    case 'percentunit':
      return `${short(value * 100)} %`
    case 'ops':
    case 'reqps':
      return `${short(value)}/s`
    case 'short':
      return short(value)
    default:
      throw new Error(`no unit ${String(unit satisfies never)}`)
  }
}

const short = (value: number): string => String(Number(value.toPrecision(3)))
