import type { Alert } from './alert.ts'

/** What only order can notice. */
export const orderAlerts = (job: string): Alert[] => [
  {
    name: 'OrdersOverdue',
    severity: 'critical',
    expr: `max by (namespace, job) (orders_overdue{job="${job}"}) > 0`,
    lasting: '5m',
    summary: '{{ $value }} orders are not decided',
    description: `Orders stay PENDING. They are sent again by themselves; if that does not help,
      billing does not decide or its outcomes do not arrive.`,
  },
  {
    name: 'DecisionsSlow',
    severity: 'warning',
    expr: `
      histogram_quantile(0.95, sum by (namespace, job, le)
        (rate(order_decision_seconds_bucket{job="${job}"}[5m]))) > 2`,
    lasting: '10m',
    summary:
      'One order in twenty waits longer than {{ $value | humanizeDuration }} for its decision',
    description: `Everything gets decided, but slowly. What clients see is PENDING for seconds where it
      is usually a tenth of one.`,
  },
]

/** What only billing, which decides, can notice. */
export const billingAlerts = (job: string): Alert[] => [
  {
    name: 'PartitionHalted',
    severity: 'critical',
    expr: `max by (namespace, job, topic, partition) (partition_halted{job="${job}"}) == 1`,
    lasting: '0m',
    summary: 'Partition {{ $labels.partition }} of {{ $labels.topic }} halts',
    description: `Data contradict each other, and going on would be guessing about money. A quarter
      of the accounts (one of four partitions) gets no decisions and no balances until a person has
      looked. /ready and the log have the reason.`,
  },
  {
    name: 'AuditMismatch',
    severity: 'critical',
    expr: `max by (namespace, job) (audit_mismatches{job="${job}"}) > 0`,
    lasting: '1m',
    summary: 'The books of {{ $value }} accounts contradict each other',
    description: `Folding the journal again does not give what was accepted, or the balance that is
      shown. Nothing is refused because of that; the log and \`bun run verify\` name each.`,
  },
  {
    name: 'TransactionsUnapplied',
    severity: 'critical',
    expr: `max by (namespace, job) (transactions_unapplied{job="${job}"}) > 0`,
    lasting: '5m',
    summary: '{{ $value }} accepted transactions are not in the balances',
    description: `Deposits were acknowledged and orders taken, but the ledger has not decided them.
      Balances of these accounts answer 503. The sweeper sends them again.`,
  },
  {
    name: 'TakeoverStorm',
    severity: 'warning',
    expr: `
      sum by (namespace, job) (increase(partition_takeover_seconds_count{job="${job}"}[15m]))
      / count by (namespace, job) (max by (namespace, job, partition)
        (max_over_time(consumer_lag_records{job="${job}", consumer="billing-ledger"}[15m]))) > 6`,
    lasting: '0m',
    summary: 'Each partition was taken over {{ $value | humanize }} times in 15 minutes',
    description: `Instances come and go, or lose their membership, or their transactions fail:
      partition_restarts_total tells the latter. Each takeover stops a partition for a moment.`,
  },
  {
    name: 'TakeoverSlow',
    severity: 'warning',
    expr: `
      histogram_quantile(0.9, sum by (namespace, job, le)
        (increase(partition_takeover_seconds_bucket{job="${job}"}[15m]))) > 10`,
    lasting: '0m',
    summary: 'Taking over a partition takes {{ $value | humanizeDuration }}',
    description: `A takeover waits for the projection to store what was decided before: Postgres is
      slow, or a predecessor's transaction is still open.`,
  },
]
