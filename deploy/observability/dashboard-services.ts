import { quantiles, type Row } from './panel.ts'

export const orderRows = (job: string): Row[] => [
  {
    title: 'Orders',
    panels: [
      {
        title: 'From accepted to decided',
        unit: 's',
        width: 12,
        targets: quantiles('order_decision_seconds', job, [0.5, 0.99]),
      },
      {
        title: 'Decided, by outcome and reason',
        unit: 'ops',
        width: 12,
        targets: [
          {
            expr: `sum by (outcome, reason) (rate(orders_decided_total{job="${job}"}[$__rate_interval]))`,
            legend: '{{outcome}} {{reason}}',
          },
        ],
      },
      {
        title: 'Overdue',
        description: 'Pending for longer than SWEEP_AFTER_MS.',
        unit: 'short',
        width: 12,
        targets: [{ expr: `max(orders_overdue{job="${job}"})`, legend: 'overdue' }],
      },
      {
        title: 'Waiting to be written',
        unit: 'short',
        width: 12,
        targets: [{ expr: `sum(writes_waiting{job="${job}"})`, legend: 'requests' }],
      },
    ],
  },
]

export const billingRows = (job: string): Row[] => [
  ledgerRow(job),
  transactionsRow(job),
  partitionsRow(job),
]

const ledgerRow = (job: string): Row => ({
  title: 'Ledger',
  panels: [
    {
      title: 'Decisions',
      description: 'Inputs of the ledger, by what became of them.',
      unit: 'ops',
      targets: [
        {
          expr: `sum by (result) (rate(partition_inputs_total{job="${job}"}[$__rate_interval]))`,
          legend: '{{result}}',
        },
      ],
    },
    {
      title: 'Not applied, halted',
      unit: 'short',
      targets: [
        { expr: `max(transactions_unapplied{job="${job}"})`, legend: 'transactions not applied' },
        { expr: `sum(partition_halted{job="${job}"}) or vector(0)`, legend: 'halted partitions' },
        { expr: `sum(writes_waiting{job="${job}"})`, legend: 'requests waiting to be written' },
      ],
    },
    {
      title: 'Audit',
      description:
        'The journal is folded again and again, and compared with the rest of the books.',
      unit: 'short',
      targets: [
        { expr: `max(audit_mismatches{job="${job}"})`, legend: 'accounts that contradict' },
        {
          expr: `sum(increase(audit_lines_total{job="${job}"}[$__rate_interval]))`,
          legend: 'lines folded again',
        },
        {
          expr: `sum(increase(audit_accounts_total{job="${job}"}[$__rate_interval]))`,
          legend: 'accounts compared',
        },
      ],
    },
  ],
})

const transactionsRow = (job: string): Row => ({
  title: 'Kafka transactions',
  panels: [
    {
      title: 'Duration',
      unit: 's',
      targets: quantiles('transaction_seconds', job, [0.5, 0.99]),
    },
    {
      title: 'By what became of them',
      description: 'Fenced: another instance took the partition over, or one took too long.',
      unit: 'ops',
      targets: [
        {
          expr: `sum by (result) (rate(transactions_total{job="${job}"}[$__rate_interval]))`,
          legend: '{{result}}',
        },
      ],
    },
    {
      title: 'Records in one',
      unit: 'short',
      targets: quantiles('partition_batch_records', job, [0.5, 0.99]),
    },
    {
      title: 'Behind open transactions',
      description: 'Records that nobody sees who reads committed. Should come and go.',
      unit: 'short',
      targets: [
        {
          expr: `max by (topic) (log_unstable_records{job="${job}"})`,
          legend: '{{topic}}',
        },
      ],
    },
  ],
})

const partitionsRow = (job: string): Row => ({
  title: 'Partitions',
  panels: [
    {
      title: 'Partitions by instance',
      unit: 'short',
      targets: [
        {
          expr: `count by (instance) (consumer_lag_records{job="${job}", consumer="billing-ledger"})`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      title: 'Takeover time',
      unit: 's',
      targets: quantiles('partition_takeover_seconds', job, [0.5, 0.9], 'increase'),
    },
    {
      title: 'Takeovers and restarts',
      unit: 'short',
      targets: [
        {
          expr: `sum(increase(partition_takeover_seconds_count{job="${job}"}[$__rate_interval]))`,
          legend: 'takeovers',
        },
        {
          expr: `sum(increase(partition_restarts_total{job="${job}"}[$__rate_interval]))`,
          legend: 'after an error',
        },
      ],
    },
    {
      title: 'Stored by projections',
      unit: 'ops',
      targets: [
        {
          expr: `sum by (topic) (rate(projection_records_total{job="${job}"}[$__rate_interval]))`,
          legend: '{{topic}}',
        },
      ],
    },
  ],
})
