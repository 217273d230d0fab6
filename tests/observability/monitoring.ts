import { join } from 'node:path'
import * as v from 'valibot'
import type { Job } from '../../deploy/observability/files.ts'

/** The monitoring files as whoever loads them sees them. */

const ROOT = join(import.meta.dir, '../..')

const RulesSchema = v.object({
  groups: v.array(
    v.strictObject({
      name: v.string(),
      rules: v.array(
        v.strictObject({
          alert: v.pipe(v.string(), v.regex(/^[A-Z][A-Za-z]+$/)),
          expr: v.string(),
          for: v.pipe(v.string(), v.regex(/^\d+[smh]$/)),
          labels: v.strictObject({
            severity: v.picklist(['critical', 'warning']),
            service: v.string(),
          }),
          annotations: v.strictObject({
            summary: v.pipe(v.string(), v.maxLength(120)),
            description: v.string(),
            runbook_url: v.string(),
          }),
        }),
      ),
    }),
  ),
})
export type Rule = v.InferOutput<typeof RulesSchema>['groups'][number]['rules'][number]

const DashboardSchema = v.object({
  uid: v.string(),
  title: v.string(),
  panels: v.array(
    v.object({
      title: v.string(),
      type: v.string(),
      targets: v.optional(v.array(v.object({ expr: v.string(), legendFormat: v.string() })), []),
    }),
  ),
})

/** Throws when the file is not what Prometheus takes, with a severity for each alert. */
export const rulesOf = async (job: Job): Promise<Rule[]> => {
  const text = await Bun.file(join(ROOT, `deploy/charts/${job}/files/alerts.yaml`)).text()
  return v.parse(RulesSchema, Bun.YAML.parse(text)).groups.flatMap(({ rules }) => rules)
}

export const dashboardOf = async (job: Job) =>
  v.parse(
    DashboardSchema,
    await Bun.file(join(ROOT, `deploy/charts/${job}/files/dashboard.json`)).json(),
  )

export type Asked = {
  where: string
  expr: string
  /** Labels that the words around the query name. */
  named: string[]
}

/** Every query of a service's alerts and dashboard. */
export const queriesOf = async (job: Job): Promise<Asked[]> => [
  ...(await rulesOf(job)).map(({ alert, expr, annotations }) => ({
    where: alert,
    expr,
    named: [
      ...Object.values(annotations)
        .join()
        .matchAll(/\$labels\.(\w+)/g),
    ].map(([, label = '']) => label),
  })),
  ...(await dashboardOf(job)).panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({
      where: title,
      expr,
      named: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    })),
  ),
]
