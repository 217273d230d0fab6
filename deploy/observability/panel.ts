export type Target = { expr: string; legend?: string }
export type Unit = 's' | 'reqps' | 'short' | 'bytes' | 'ops' | 'percentunit'

export type Panel = {
  title: string
  description?: string
  unit: Unit
  targets: readonly Target[]
  /** How values are drawn: over time, or only as they are now. */
  kind?: 'timeseries' | 'stat' | 'state-timeline'
  /** Of 24 columns. */
  width?: number
}

/** A row of panels under a heading. */
export type Row = { title: string; panels: readonly Panel[] }

/** Quantiles of a service's histogram: as a rate, or of what is too rare for one as an increase. */
export const quantiles = (
  histogram: string,
  job: string,
  of: readonly number[],
  growth: 'rate' | 'increase' = 'rate',
): Target[] =>
  of.map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (${growth}(${histogram}_bucket{job="${job}"}[$__rate_interval])))`,
    legend: `p${quantile * 100}`,
  }))

const COLUMNS = 24
const HEIGHT = 8
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

/** Lays rows out from left to right and top to bottom, as Grafana's JSON model has them. */
export const layOut = (rows: readonly Row[]): object[] => {
  const panels: object[] = []
  let y = 0
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    })
    y += 1
    let x = 0
    for (const panel of row.panels) {
      const { width = 8 } = panel
      if (x + width > COLUMNS) {
        x = 0
        y += HEIGHT
      }
      panels.push(panelOf(panel, panels.length + 1, { x, y, w: width, h: HEIGHT }))
      x += width
    }
    y += HEIGHT
  }
  return panels
}

const panelOf = (
  { title, description = '', unit, targets, kind = 'timeseries' }: Panel,
  id: number,
  gridPos: object,
) => ({
  id,
  type: kind,
  title,
  description,
  datasource: DATASOURCE,
  gridPos,
  fieldConfig: { defaults: { unit, min: 0, custom: {} }, overrides: [] },
  options:
    kind === 'timeseries'
      ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } }
      : {},
  targets: targets.map(({ expr, legend = '' }, index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: DATASOURCE,
    expr: expr.trim().replaceAll(/\s+/g, ' '),
    legendFormat: legend,
    ...(kind === 'stat' && { instant: true }),
  })),
})
