import type { Alert } from './alert.ts'

/** What clients notice. */
export const httpAlerts = (job: string): Alert[] => [
  {
    name: 'ErrorRatioHigh',
    severity: 'critical',
    expr: `
      sum by (namespace, job) (rate(http_request_seconds_count{job="${job}", status=~"5.."}[5m]))
      / sum by (namespace, job) (rate(http_request_seconds_count{job="${job}"}[5m])) > 0.02`,
    lasting: '5m',
    summary: '{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} fail',
    description: `500 is a defect, look into the log for "a request failed"; 503 means that the
      database is away or that more requests came than could be served. Clients may repeat what was
      answered 5xx under the same hash.`,
  },
  {
    name: 'LatencyHigh',
    severity: 'warning',
    expr: `
      histogram_quantile(0.99, sum by (namespace, job, le)
        (rate(http_request_seconds_bucket{job="${job}"}[5m]))) > 1`,
    lasting: '10m',
    summary: 'One request in a hundred to {{ $labels.job }} takes longer than a second',
    description: `Where it was measured p99 was 0.1 s at full load. Look at writes_waiting,
      the processor, and the database.`,
  },
]

/** What becomes of records that are read from the log. */
export const consumerAlerts = (job: string): Alert[] => [
  {
    name: 'ConsumerLagHigh',
    severity: 'warning',
    expr: `
      sum by (namespace, job, consumer, topic)
        (min_over_time(consumer_lag_records{job="${job}"}[5m])) > 1000`,
    lasting: '5m',
    summary: '{{ $labels.consumer }} is {{ $value }} records behind in {{ $labels.topic }}',
    description: `Outcomes come late. It either gets more than it can do or is held up: see whether
      its rate is nought.`,
  },
  {
    name: 'DeadLetters',
    severity: 'warning',
    expr: `sum by (namespace, job) (increase(dead_letters_total{job="${job}"}[15m])) > 0`,
    lasting: '0m',
    summary: '{{ $labels.job }} set records aside',
    description: `Records that nobody can act on are in the topic deadLetter, each with its reason.
      A gap heals by itself, anything else needs a person.`,
  },
]

/** What a service with an outbox owes the log. */
export const outboxAlerts = (job: string): Alert[] => [
  {
    name: 'OutboxStuck',
    severity: 'critical',
    expr: `max by (namespace, job) (outbox_oldest_seconds{job="${job}"}) > 30`,
    lasting: '1m',
    summary:
      'The outbox of {{ $labels.job }} has not been sent for {{ $value | humanizeDuration }}',
    description: `What was acknowledged is kept, but nothing comes of it until the relay reaches the
      broker again. Instances whose relay fails are not ready, so clients are turned away.`,
  },
  {
    name: 'OutboxGrowing',
    severity: 'warning',
    expr: `
      max by (namespace, job) (outbox_rows{job="${job}"}) > 5000
      and max by (namespace, job) (deriv(outbox_rows{job="${job}"}[10m])) > 0`,
    lasting: '5m',
    summary: 'The outbox of {{ $labels.job }} grows and has {{ $value }} rows',
    description: `More is accepted than the relay sends. One relay of a service sends at a time; more
      instances do not make it faster.`,
  },
  {
    name: 'Resending',
    severity: 'warning',
    expr: `sum by (namespace, job) (increase(sweeper_resent_total{job="${job}"}[10m])) > 0`,
    lasting: '20m',
    summary: '{{ $labels.job }} has been sending things again for half an hour',
    description: `After an outage resends heal what was lost and then stop. That they go on means
      that what is sent again is not done either.`,
  },
]
