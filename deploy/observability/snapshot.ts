import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { runCommand } from '../local/command.ts'
import { layout } from '../local/folder.ts'
import { readLiveState } from '../local/state.ts'
import { JOBS, type Job } from './files.ts'
import { queryRange, type Range } from './prometheus-query.ts'
import { type Placed, picture } from './snapshot-picture.ts'

const HELP = `Draws a dashboard with what Prometheus knows now, as an SVG: for places without Grafana.

  bun run observability:snapshot [options]

  --job NAME         ${JOBS.join(', ')} (billing-service)
  --minutes N        how far back (15)
  --prometheus URL   whom to ask (that of \`bun run up --observe\`)
  --folder DIR       of the system that was started (.local)
  --out FILE         where to (NAME.svg)
  --help             this text
`

const ROOT = join(import.meta.dir, '../..')
const POINTS = 180
/** As `up --observe` and the charts scrape; Grafana's $__rate_interval is four times as long. */
const SCRAPE_SECONDS = 5

const Place = v.object({ x: v.number(), y: v.number(), w: v.number(), h: v.number() })
const Dashboard = v.object({
  title: v.string(),
  panels: v.array(
    v.variant('type', [
      v.object({ type: v.literal('row'), title: v.string(), gridPos: Place }),
      v.object({
        type: v.picklist(['timeseries', 'stat', 'state-timeline']),
        title: v.string(),
        gridPos: Place,
        fieldConfig: v.object({
          defaults: v.object({
            unit: v.picklist(['s', 'reqps', 'short', 'bytes', 'ops', 'percentunit']),
          }),
        }),
        targets: v.array(v.object({ expr: v.string(), legendFormat: v.string() })),
      }),
    ]),
  ),
})
type DashboardPanel = v.InferOutput<typeof Dashboard>['panels'][number]

/** The panels of a dashboard as it is in the chart, each with the answers to its own queries. */
export const snapshot = async (job: Job, prometheusUrl: string, range: Range): Promise<string> => {
  const file = join(ROOT, `deploy/charts/${job}/files/dashboard.json`)
  const { title, panels } = v.parse(Dashboard, await Bun.file(file).json())
  const placed = await Promise.all(panels.map((panel) => filled(panel, prometheusUrl, range)))
  const at = new Date(range.to * 1_000).toISOString().slice(0, 16).replace('T', ' ')
  const minutes = Math.round((range.to - range.from) / 60)
  return picture(title, placed, range, `The last ${minutes} minutes before ${at} UTC.`)
}

const filled = async (panel: DashboardPanel, url: string, range: Range): Promise<Placed> => {
  const { title, gridPos: place } = panel
  if (panel.type === 'row') return { place, heading: title }
  const seconds = Math.max(range.step + SCRAPE_SECONDS, 4 * SCRAPE_SECONDS)
  const answers = await Promise.all(
    panel.targets.map(async ({ expr, legendFormat }) => {
      const query = expr.replaceAll('$__rate_interval', `${seconds}s`)
      const found = await queryRange(url, query, range)
      return found.map(({ labels, points }) => ({ name: legendOf(legendFormat, labels), points }))
    }),
  )
  const { unit } = panel.fieldConfig.defaults
  return { place, panel: { title, unit, kind: panel.type, series: answers.flat() } }
}

/** `{{label}}` stands for the value of a label, as in Grafana. */
export const legendOf = (format: string, labels: Record<string, string>): string =>
  format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '').trim()

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      job: { type: 'string', default: 'billing-service' },
      minutes: { type: 'string', default: '15' },
      prometheus: { type: 'string' },
      folder: { type: 'string', default: join(ROOT, '.local') },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const job = JOBS.find((each) => each === values.job)
  if (job === undefined) throw new Error(`--job is one of ${JOBS.join(', ')}, not ${values.job}`)
  const minutes = Number(values.minutes)
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1_440) {
    throw new Error(`--minutes is a whole number from 1 to 1440, not ${values.minutes}`)
  }
  const url = values.prometheus ?? prometheusOf(values.folder)
  const to = Math.floor(Date.now() / 1_000)
  const step = Math.max(SCRAPE_SECONDS, Math.round((minutes * 60) / POINTS))
  const file = values.out ?? `${job}.svg`
  await Bun.write(file, await snapshot(job, url, { from: to - minutes * 60, to, step }))
  console.log(`written to ${file}`)
  return 0
}

const prometheusOf = (folder: string): string => {
  const parts = readLiveState(layout(folder).state)?.parts ?? []
  const found = parts.find(({ name }) => name === 'prometheus')
  if (found !== undefined) return found.address
  throw new Error(
    'no Prometheus runs here: `bun run up --observe` starts one, --prometheus names another',
  )
}

if (import.meta.main) await runCommand(main)
