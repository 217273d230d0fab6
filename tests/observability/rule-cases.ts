import type { Job } from '../../deploy/observability/files.ts'

/** What a service showed, one sample every 30 s from 0 s on, in promtool's notation. */
type Series = Record<string, string>

export type RuleCase = {
  alert: string
  job: Job
  /** Selectors without the job. */
  trouble: Series
  /** The same metrics as they are on any other day. */
  calm: Series
  /** It has to be so for as long as the rule says: not yet then, but then. */
  notYet?: string
  fires: string
}

const [order, billing] = ['order-service', 'billing-service'] as const
const always = (value: number): string => `${value}+0x120`
const growing = (by: number, from = 0): string => `${from}+${by}x120`
const late = { le: '+Inf' }
const bucket = (name: string, counts: readonly [string, string][]): Series =>
  Object.fromEntries(
    [...counts, [late.le, counts.at(-1)?.[1] ?? ''] as const].map(([le, values]) => [
      `${name}_bucket{le="${le}"}`,
      values,
    ]),
  )

/** Each alert fires on its trouble, and not on a calm day. */
export const RULE_CASES: readonly RuleCase[] = [
  {
    alert: 'ServiceDown',
    job: order,
    trouble: { up: always(0) },
    calm: { up: always(1) },
    fires: '2m',
  },
  {
    alert: 'ServiceNotReady',
    job: order,
    trouble: { 'process_ready{instance="a"}': always(0), 'process_ready{instance="b"}': always(0) },
    calm: { 'process_ready{instance="a"}': always(0), 'process_ready{instance="b"}': always(1) },
    notYet: '1m',
    fires: '3m',
  },
  {
    alert: 'HealthCheckDown',
    job: order,
    trouble: { 'health_check_up{check="relay"}': always(0) },
    calm: { 'health_check_up{check="relay"}': '1+0x5 0 0 0 0 1+0x110' },
    notYet: '4m',
    fires: '6m',
  },
  {
    alert: 'CrashLooping',
    job: order,
    trouble: { process_start_time_seconds: '1 1 2 2 3 3 4+0x100' },
    // An upgrade, and one restart after it.
    calm: { process_start_time_seconds: '1 1 2 2 3+0x100' },
    fires: '5m',
  },
  {
    alert: 'MemoryHigh',
    job: order,
    trouble: { process_resident_memory_bytes: always(230e6) },
    calm: { process_resident_memory_bytes: always(180e6) },
    notYet: '10m',
    fires: '20m',
  },
  {
    alert: 'EventLoopBlocked',
    job: order,
    trouble: { nodejs_eventloop_lag_p99_seconds: always(0.8) },
    calm: { nodejs_eventloop_lag_p99_seconds: always(0.05) },
    notYet: '5m',
    fires: '15m',
  },
  {
    alert: 'ErrorRatioHigh',
    job: billing,
    trouble: {
      'http_request_seconds_count{status="200"}': growing(90),
      'http_request_seconds_count{status="503"}': growing(10),
    },
    // Refusals are answers, too.
    calm: {
      'http_request_seconds_count{status="200"}': growing(990),
      'http_request_seconds_count{status="422"}': growing(500),
      'http_request_seconds_count{status="500"}': growing(1),
    },
    notYet: '2m',
    fires: '10m',
  },
  {
    alert: 'LatencyHigh',
    job: billing,
    trouble: bucket('http_request_seconds', [
      ['1', growing(90)],
      ['5', growing(100)],
    ]),
    calm: bucket('http_request_seconds', [
      ['0.25', growing(100)],
      ['1', growing(100)],
    ]),
    notYet: '5m',
    fires: '15m',
  },
  {
    alert: 'ConsumerLagHigh',
    job: billing,
    trouble: {
      'consumer_lag_records{consumer="c",topic="t",partition="0"}': always(600),
      'consumer_lag_records{consumer="c",topic="t",partition="1"}': always(600),
    },
    // A peak that is worked off.
    calm: { 'consumer_lag_records{consumer="c",topic="t",partition="0"}': '0 0 9000 9000 0+0x100' },
    fires: '15m',
  },
  {
    alert: 'DeadLetters',
    job: billing,
    trouble: { dead_letters_total: '0+0x10 1+0x100' },
    calm: { dead_letters_total: always(7) },
    notYet: '4m',
    fires: '6m',
  },
  {
    alert: 'OutboxStuck',
    job: order,
    trouble: { outbox_oldest_seconds: growing(30) },
    calm: { outbox_oldest_seconds: always(1) },
    fires: '4m',
  },
  {
    alert: 'OutboxGrowing',
    job: order,
    trouble: { outbox_rows: growing(1_000) },
    // A peak that is worked off.
    calm: { outbox_rows: '9000-100x80' },
    fires: '15m',
  },
  {
    alert: 'Resending',
    job: order,
    trouble: { sweeper_resent_total: growing(5) },
    calm: { sweeper_resent_total: '0 50 100+0x100' },
    notYet: '15m',
    fires: '25m',
  },
  {
    alert: 'OrdersOverdue',
    job: order,
    trouble: { orders_overdue: always(1) },
    calm: { orders_overdue: '0 3 3 0+0x100' },
    notYet: '4m',
    fires: '6m',
  },
  {
    alert: 'DecisionsSlow',
    job: order,
    trouble: bucket('order_decision_seconds', [
      ['2', growing(1)],
      ['5', growing(10)],
    ]),
    calm: bucket('order_decision_seconds', [
      ['2', growing(99)],
      ['5', growing(100)],
    ]),
    notYet: '9m',
    fires: '16m',
  },
  {
    alert: 'PartitionHalted',
    job: billing,
    trouble: { 'partition_halted{topic="t",partition="0"}': always(1) },
    calm: {},
    fires: '30s',
  },
  {
    alert: 'AuditMismatch',
    job: billing,
    trouble: { audit_mismatches: always(1) },
    calm: { audit_mismatches: '0 0 1 0+0x100' },
    fires: '3m',
  },
  {
    alert: 'TransactionsUnapplied',
    job: billing,
    trouble: { transactions_unapplied: always(2) },
    calm: { transactions_unapplied: '0 500 500 0+0x100' },
    notYet: '4m',
    fires: '6m',
  },
  {
    alert: 'TakeoverStorm',
    job: billing,
    trouble: {
      'consumer_lag_records{consumer="billing-ledger",topic="t",partition="0"}': always(0),
      partition_takeover_seconds_count: growing(1),
    },
    // A rolling upgrade of three instances.
    calm: {
      'consumer_lag_records{consumer="billing-ledger",topic="t",partition="0"}': always(0),
      partition_takeover_seconds_count: '0 1 2 3 4+0x100',
    },
    fires: '15m',
  },
  {
    alert: 'TakeoverSlow',
    job: billing,
    trouble: bucket('partition_takeover_seconds', [
      ['10', always(0)],
      ['30', '0 0 4+0x100'],
    ]),
    calm: bucket('partition_takeover_seconds', [
      ['10', '0 0 4+0x100'],
      ['30', '0 0 4+0x100'],
    ]),
    fires: '5m',
  },
]
