import { init } from 'echarts'
import type { Range } from './prometheus-query.ts'
import { type Drawing, type DrawnPanel, drawPanel } from './snapshot-panel.ts'

/** Where Grafana would put it: 24 columns, and rows. */
export type Place = { x: number; y: number; w: number; h: number }
export type Placed = { place: Place } & ({ heading: string } | { panel: DrawnPanel })

const WIDTH = 1_200
const COLUMN = WIDTH / 24
const ROW = 24
const HEAD = 40
const GAP = 8
const PARTS = ['title', 'graphic', 'grid', 'xAxis', 'yAxis', 'series'] as const

/** A picture of a dashboard, as SVG. */
export const picture = (
  title: string,
  placed: readonly Placed[],
  range: Range,
  footer: string,
): string => {
  const rows = Math.max(...placed.map(({ place: { y, h } }) => y + h))
  const height = HEAD + rows * ROW + 24
  const drawing: Drawing = { title: [], graphic: [], grid: [], xAxis: [], yAxis: [], series: [] }
  for (const each of placed) add(drawing, each, range)
  drawing.title.unshift(
    { text: title, left: GAP, top: GAP, textStyle: { fontSize: 18 } },
    {
      text: footer,
      left: GAP,
      top: height - 20,
      textStyle: { fontSize: 10, fontWeight: 'normal', color: '#555555' },
    },
  )
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', ...drawing })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

const add = (drawing: Drawing, each: Placed, range: Range): void => {
  const { x, y, w, h } = each.place
  const box = {
    left: x * COLUMN + GAP,
    top: HEAD + y * ROW + GAP,
    width: w * COLUMN - 2 * GAP,
    height: h * ROW - 2 * GAP,
  }
  if ('heading' in each) {
    const textStyle = { fontSize: 13, color: '#555555' }
    drawing.title.push({ text: each.heading, left: box.left, top: box.top - 4, textStyle })
    return
  }
  const drawn = drawPanel(each.panel, box, drawing.grid.length, range)
  for (const part of PARTS) drawing[part].push(...drawn[part])
}
