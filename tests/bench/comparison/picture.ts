import { type EChartsCoreOption, init } from 'echarts'
import { type Comparison, median, type Names, ratiosOf } from './comparison.ts'
import { figure, times } from './comparison-table.ts'

const WIDTH = 860
const HEAD = 44
const PANEL = 96
const LINE = 16
const COLOURS = { measured: '#2f6fab', baseline: '#b8763b' }
const SUBJECTS = ['measured', 'baseline'] as const

/** A picture of the comparisons as SVG: a bar for each median, a dot for each round. */
export const picture = (
  title: string,
  names: Names,
  comparisons: readonly Comparison[],
  footer: readonly string[],
): string => {
  const height = HEAD + comparisons.length * PANEL + (footer.length + 1) * LINE
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(optionOf(title, names, comparisons, footer))
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

const optionOf = (
  title: string,
  names: Names,
  comparisons: readonly Comparison[],
  footer: readonly string[],
): EChartsCoreOption => ({
  animation: false,
  backgroundColor: '#ffffff',
  title: [
    { text: title, left: 12, top: 8, textStyle: { fontSize: 16 } },
    ...comparisons.map((each, index) => ({
      text: `${each.name}: ${times(median(ratiosOf(each)))}${aimOf(each)}`,
      left: 12,
      top: HEAD + index * PANEL,
      textStyle: { fontSize: 12 },
    })),
    {
      text: footer.join('\n'),
      left: 12,
      top: HEAD + comparisons.length * PANEL,
      textStyle: { fontSize: 10, fontWeight: 'normal', lineHeight: LINE, color: '#555555' },
    },
  ],
  grid: comparisons.map((_, index) => ({
    left: 80,
    right: 120,
    top: HEAD + index * PANEL + 22,
    height: PANEL - 40,
  })),
  xAxis: comparisons.map((_, index) => ({
    gridIndex: index,
    type: 'value',
    min: 0,
    splitNumber: 4,
    axisLabel: { show: false },
  })),
  yAxis: comparisons.map((_, index) => ({
    gridIndex: index,
    type: 'category',
    inverse: true,
    data: SUBJECTS.map((subject) => names[subject]),
    axisTick: { show: false },
  })),
  series: comparisons.flatMap((each, index) => [bars(each, index), dots(each, names, index)]),
})

const aimOf = ({ aim }: Comparison): string =>
  aim === undefined ? '' : ` (aim: ${aim.bound} ${times(aim.ratio)})`

const bars = (comparison: Comparison, index: number) => ({
  type: 'bar',
  xAxisIndex: index,
  yAxisIndex: index,
  barWidth: 16,
  data: SUBJECTS.map((subject) => {
    const value = median(comparison[subject])
    return {
      value,
      itemStyle: { color: COLOURS[subject] },
      label: { show: true, position: 'right', formatter: figure(value, comparison.unit) },
    }
  }),
})

const dots = (comparison: Comparison, names: Names, index: number) => ({
  type: 'scatter',
  xAxisIndex: index,
  yAxisIndex: index,
  symbolSize: 5,
  itemStyle: { color: '#222222' },
  data: SUBJECTS.flatMap((subject) => comparison[subject].map((value) => [value, names[subject]])),
})
