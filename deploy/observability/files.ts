import { type Alert, ruleOf } from './alert.ts'
import { dashboardOf } from './dashboard.ts'
import { processAlerts } from './process-alerts.ts'
import { billingAlerts, orderAlerts } from './service-alerts.ts'
import { consumerAlerts, httpAlerts, outboxAlerts } from './traffic-alerts.ts'

/** The services by the name that Prometheus knows each by as `job`. */
export const JOBS = ['order-service', 'billing-service', 'notification-service'] as const
export type Job = (typeof JOBS)[number]

export const alertsOf = (job: Job): Record<string, Alert[]> => ({
  process: processAlerts(job),
  http: httpAlerts(job),
  consumers: consumerAlerts(job),
  ...(job === 'notification-service' ? {} : { outbox: outboxAlerts(job) }),
  ...(job === 'order-service' ? { orders: orderAlerts(job) } : {}),
  ...(job === 'billing-service' ? { ledger: billingAlerts(job) } : {}),
})

const MADE = `# Made by \`bun deploy/observability/write.ts\`; change it there.\n`

/** What the charts and Compose carry for monitoring, by the path of the file. */
export const monitoringFiles = (): Map<string, string> =>
  new Map(
    JOBS.flatMap((job) => [
      [
        `deploy/charts/${job}/files/alerts.yaml`,
        `${MADE}${Bun.YAML.stringify(rulesOf(job), null, 2)}\n`,
      ],
      [
        `deploy/charts/${job}/files/dashboard.json`,
        `${JSON.stringify(dashboardOf(job), null, 2)}\n`,
      ],
    ]),
  )

const rulesOf = (job: Job) => ({
  groups: Object.entries(alertsOf(job)).map(([group, alerts]) => ({
    name: `${job}-${group}`,
    rules: alerts.map((alert) => ruleOf(job, alert)),
  })),
})
