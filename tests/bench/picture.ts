import { type EChartsCoreOption, init } from 'echarts'
import { median } from './comparison/comparison.ts'

/** Bars that are to be compared with one another: of one unit, from zero on. */
export type Panel = { title: string; bars: readonly Bar[] }

/** A bar as long as the median of its values, and where there are several a dot for each. */
export type Bar = { name: string; values: readonly number[]; label: string; colour: string }

export const COLOURS = { measured: '#2f6fab', baseline: '#b8763b' }

const WIDTH = 860
const HEAD = 44
const BAR = 28
/** Of a panel, beside its bars: the title above them and the air below. */
const AROUND = 40
const LINE = 16

/** A picture as SVG: the panels below one another, and what else is to be said below them. */
export const picture = (
  title: string,
  panels: readonly Panel[],
  footer: readonly string[],
): string => {
  const placed = place(panels)
  const height = endOf(placed) + (footer.length + 1) * LINE
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(optionOf(title, placed, footer))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

type Placed = Panel & { top: number; height: number }

const place = (panels: readonly Panel[]): Placed[] => {
  const placed: Placed[] = []
  for (const panel of panels) {
    placed.push({ ...panel, top: endOf(placed), height: panel.bars.length * BAR })
  }
  return placed
}

const endOf = (placed: readonly Placed[]): number => {
  const last = placed.at(-1)
  return last === undefined ? HEAD : last.top + last.height + AROUND
}

const optionOf = (
  title: string,
  panels: readonly Placed[],
  footer: readonly string[],
): EChartsCoreOption => ({
  animation: false,
  backgroundColor: '#ffffff',
  title: [
    { text: title, left: 12, top: 8, textStyle: { fontSize: 16 } },
    ...panels.map((panel) => ({
      text: panel.title,
      left: 12,
      top: panel.top,
      textStyle: { fontSize: 12 },
    })),
    {
      text: footer.join('\n'),
      left: 12,
      top: endOf(panels),
      textStyle: { fontSize: 10, fontWeight: 'normal', lineHeight: LINE, color: '#555555' },
    },
  ],
  grid: panels.map(({ top, height }) => ({ left: 80, right: 120, top: top + 22, height })),
  xAxis: panels.map((_, index) => ({
    gridIndex: index,
    type: 'value',
    min: 0,
    splitNumber: 4,
    axisLabel: { show: false },
  })),
  // All names before all figures, because series are told the place of their axis.
  yAxis: [
    ...panels.map(({ bars }, index) => beside(index, 'left', bars.map(nameOf))),
    ...panels.map(({ bars }, index) => beside(index, 'right', bars.map(labelOf))),
  ],
  series: panels.flatMap(({ bars }, index) => [barsOf(bars, index), dotsOf(bars, index)]),
})

const nameOf = ({ name }: Bar): string => name
const labelOf = ({ label }: Bar): string => label

const beside = (gridIndex: number, position: 'left' | 'right', data: string[]) => ({
  gridIndex,
  position,
  type: 'category',
  inverse: true,
  data,
  axisTick: { show: false },
  axisLine: { show: position === 'left', onZero: false },
})

const barsOf = (bars: readonly Bar[], index: number) => ({
  type: 'bar',
  xAxisIndex: index,
  yAxisIndex: index,
  barWidth: 16,
  data: bars.map(({ values, colour }) => ({
    value: median(values),
    itemStyle: { color: colour },
  })),
})

const dotsOf = (bars: readonly Bar[], index: number) => ({
  type: 'scatter',
  xAxisIndex: index,
  yAxisIndex: index,
  symbolSize: 5,
  itemStyle: { color: '#222222' },
  data: bars.flatMap(({ name, values }) =>
    values.length > 1 ? values.map((value) => [value, name]) : [],
  ),
})
