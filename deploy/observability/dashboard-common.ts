import { quantiles, type Row } from './panel.ts'

/** The rows that dashboards have in common. */

export const healthRow = (job: string): Row => ({
  title: 'Health',
  panels: [
    {
      title: 'Instances ready',
      unit: 'short',
      kind: 'stat',
      width: 4,
      targets: [{ expr: `sum(process_ready{job="${job}"})` }],
    },
    {
      title: 'Dead letters, 24 h',
      unit: 'short',
      kind: 'stat',
      width: 4,
      targets: [{ expr: `sum(increase(dead_letters_total{job="${job}"}[24h]))` }],
    },
    {
      title: 'Checks',
      description: '1 is up. The names are those of /ready.',
      unit: 'short',
      kind: 'state-timeline',
      width: 16,
      targets: [{ expr: `min by (check) (health_check_up{job="${job}"})`, legend: '{{check}}' }],
    },
  ],
})

export const httpRow = (job: string): Row => ({
  title: 'Requests',
  panels: [
    {
      title: 'Answered, by route and status',
      unit: 'reqps',
      targets: [
        {
          expr: `sum by (method, route, status) (rate(http_request_seconds_count{job="${job}"}[$__rate_interval]))`,
          legend: '{{method}} {{route}} {{status}}',
        },
      ],
    },
    {
      title: 'Latency',
      unit: 's',
      targets: quantiles('http_request_seconds', job, [0.5, 0.95, 0.99]),
    },
    {
      title: 'Answered 5xx',
      unit: 'percentunit',
      targets: [
        {
          expr: `
            sum(rate(http_request_seconds_count{job="${job}", status=~"5.."}[$__rate_interval]))
            / sum(rate(http_request_seconds_count{job="${job}"}[$__rate_interval]))`,
          legend: '5xx',
        },
      ],
    },
  ],
})

export const outboxRow = (job: string): Row => ({
  title: 'Outbox',
  panels: [
    {
      title: 'Rows waiting',
      unit: 'short',
      targets: [{ expr: `max(outbox_rows{job="${job}"})`, legend: 'rows' }],
    },
    {
      title: 'Age of the oldest row',
      unit: 's',
      targets: [{ expr: `max(outbox_oldest_seconds{job="${job}"})`, legend: 'oldest' }],
    },
    {
      title: 'Rows sent at once',
      unit: 'short',
      targets: quantiles('outbox_batch_rows', job, [0.5, 0.99]),
    },
    {
      title: 'Sent, and sent again',
      unit: 'ops',
      targets: [
        { expr: `sum(rate(outbox_sent_total{job="${job}"}[$__rate_interval]))`, legend: 'sent' },
        {
          expr: `sum(rate(sweeper_resent_total{job="${job}"}[$__rate_interval]))`,
          legend: 'enqueued again by the sweeper',
        },
      ],
    },
  ],
})

export const consumerRow = (job: string): Row => ({
  title: 'Reading the log',
  panels: [
    {
      title: 'Lag',
      unit: 'short',
      width: 12,
      targets: [
        {
          expr: `sum by (consumer, topic) (consumer_lag_records{job="${job}"})`,
          legend: '{{consumer}} {{topic}}',
        },
      ],
    },
    {
      title: 'Records handled',
      unit: 'ops',
      width: 12,
      targets: [
        {
          expr: `sum by (topic) (rate(follow_records_total{job="${job}"}[$__rate_interval]))`,
          legend: '{{topic}}',
        },
        { expr: `sum(rate(dead_letters_total{job="${job}"}[$__rate_interval]))`, legend: 'dead' },
      ],
    },
  ],
})

export const databaseRow = (job: string): Row => ({
  title: 'Database',
  panels: [
    {
      title: 'Sessions of the pools',
      description: 'Of all instances, as Postgres counts them.',
      unit: 'short',
      width: 12,
      targets: [
        {
          expr: `max by (state) (database_sessions{job="${job}"})`,
          legend: '{{state}}',
        },
      ],
    },
    {
      title: 'Wait for a connection and an answer',
      unit: 's',
      width: 12,
      targets: [{ expr: `database_wait_seconds{job="${job}"}`, legend: '{{instance}}' }],
    },
  ],
})

export const processRow = (job: string): Row => ({
  title: 'Process',
  panels: [
    {
      title: 'Resident memory',
      unit: 'bytes',
      width: 6,
      targets: [{ expr: `process_resident_memory_bytes{job="${job}"}`, legend: '{{instance}}' }],
    },
    {
      title: 'Processor',
      unit: 'short',
      width: 6,
      targets: [
        {
          expr: `rate(process_cpu_seconds_total{job="${job}"}[$__rate_interval])`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      title: 'Event loop lag, p99',
      unit: 's',
      width: 6,
      targets: [{ expr: `nodejs_eventloop_lag_p99_seconds{job="${job}"}`, legend: '{{instance}}' }],
    },
    {
      title: 'Running since',
      unit: 's',
      width: 6,
      targets: [
        { expr: `time() - process_start_time_seconds{job="${job}"}`, legend: '{{instance}}' },
      ],
    },
  ],
})
