import {
  consumerRow,
  databaseRow,
  healthRow,
  httpRow,
  outboxRow,
  processRow,
} from './dashboard-common.ts'
import { billingRows, orderRows } from './dashboard-services.ts'
import { layOut, type Row } from './panel.ts'

const titleOf = (job: string): string =>
  job.charAt(0).toUpperCase() + job.slice(1).replace('-', ' ')

const rowsOf = (job: string): Row[] => [
  healthRow(job),
  httpRow(job),
  ...(job === 'order-service' ? orderRows(job) : []),
  ...(job === 'billing-service' ? billingRows(job) : []),
  ...(job === 'notification-service' ? [] : [outboxRow(job)]),
  consumerRow(job),
  databaseRow(job),
  processRow(job),
]

/** The Grafana dashboard of a service; a variable picks the Prometheus it asks. */
export const dashboardOf = (job: string): object => ({
  uid: `exactly-once-${job}`,
  title: titleOf(job),
  tags: ['exactly-once'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  timezone: 'browser',
  refresh: '10s',
  time: { from: 'now-1h', to: 'now' },
  annotations: { list: [] },
  links: [
    {
      title: 'The other services',
      type: 'dashboards',
      tags: ['exactly-once'],
      asDropdown: true,
      includeVars: true,
      keepTime: true,
    },
  ],
  templating: {
    list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }],
  },
  panels: layOut(rowsOf(job)),
})
