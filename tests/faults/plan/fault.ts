import * as v from 'valibot'
import { CRASH_POINTS, type CrashPoint } from '../../../shared/crash-point.ts'
import type { InstanceName, PoisonKind } from '../cluster/types.ts'
import type { ApiName, Way } from '../proxy/types.ts'

/** What may be done to a running system. Each is undone by itself, at the latest after `forMs`. */

export const INSTANCES = [
  'order-1',
  'order-2',
  'billing-1',
  'billing-2',
  'notification-1',
  'notification-2',
] as const satisfies InstanceName[]
export const TARGETS = [...INSTANCES, 'broker', 'postgres'] as const
export const SERVICE_NAMES = ['order', 'billing', 'notification'] as const
/** What a client of the broker asks for, as the protocol names it. */
export const LOSABLE = [
  'Produce',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
  'EndTxn',
  'OffsetCommit',
  'JoinGroup',
  'SyncGroup',
  'Heartbeat',
  'Fetch',
] as const satisfies ApiName[]
/** Groups and the topics that they read. */
export const GROUPS = {
  'billing-ledger': { service: 'billing', topics: ['bankTransaction'] },
  'billing-intake': { service: 'billing', topics: ['order'] },
  'order-outcomes': {
    service: 'order',
    topics: ['approvedOrderTransaction', 'rejectedOrderTransaction'],
  },
  'notification-outcomes': {
    service: 'notification',
    topics: ['approvedOrderTransaction', 'rejectedOrderTransaction'],
  },
} as const
export const GROUP_NAMES = Object.keys(GROUPS) as (keyof typeof GROUPS)[]
export const POISONS = [
  'no-value',
  'no-text',
  'no-json',
  'wrong-schema',
  'wrong-key',
  'oversized',
  'large-key',
] as const satisfies PoisonKind[]
/** Topics in which a single record is enough to move money. */
export const CLAIMABLE = ['order', 'bankTransaction'] as const
const WAYS = ['request', 'reply', 'late'] as const satisfies Way[]

const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000))
const times = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))
const targets = v.pipe(v.array(v.picklist(TARGETS)), v.minLength(1))
const network = v.picklist(['kafka', 'postgres'])

const kinds = [
  /** `kill -9`, all at the same moment; started again after `downMs`. */
  v.strictObject({ fault: v.literal('kill'), targets, downMs: milliseconds }),
  /** SIGTERM, and started again when it has ended. */
  v.strictObject({ fault: v.literal('restart'), targets }),
  /** SIGSTOP, and SIGCONT after `forMs`. */
  v.strictObject({ fault: v.literal('freeze'), targets, forMs: milliseconds }),
  /** Whoever of a service is the first to pass the point for the `nth` time dies or sleeps there. */
  v.strictObject({
    fault: v.literal('crash-point'),
    service: v.picklist(SERVICE_NAMES),
    point: v.picklist(CRASH_POINTS),
    /** Only passes on behalf of this topic count; all of them when left out. */
    topic: v.optional(v.string()),
    nth: times,
    action: v.picklist(['kill', 'freeze']),
    /** The one of the two instances that is meant; either of them when left out. */
    only: v.optional(v.picklist([1, 2])),
    /** Not looked for at once, but in the middle of what else the step does. */
    afterMs: v.optional(milliseconds),
    forMs: milliseconds,
    /** Whoever slept dies there, at its first pass after it woke; nowhere when left out. */
    diesAt: v.optional(v.picklist(CRASH_POINTS)),
    /** Given up when nobody came by in that time. */
    waitMs: milliseconds,
  }),
  v.strictObject({ fault: v.literal('cut'), network, times, everyMs: milliseconds }),
  v.strictObject({
    fault: v.literal('delay'),
    network,
    ms: milliseconds,
    jitterMs: milliseconds,
    forMs: milliseconds,
  }),
  /** Takes everything and gives nothing, without closing a connection. */
  v.strictObject({
    fault: v.literal('black-hole'),
    network,
    forMs: milliseconds,
    end: v.picklist(['deliver', 'cut']),
  }),
  /** Everything comes in crumbs. */
  v.strictObject({
    fault: v.literal('slice'),
    network,
    bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
    forMs: milliseconds,
  }),
  /** The next `times` requests do not arrive, arrive too late, or their replies are lost. */
  v.strictObject({
    fault: v.literal('lose'),
    api: v.picklist(LOSABLE),
    way: v.picklist(WAYS),
    times,
    waitMs: milliseconds,
  }),
  v.strictObject({
    fault: v.literal('lose-commit'),
    way: v.picklist(['request', 'reply']),
    times,
    waitMs: milliseconds,
  }),
  /** Another session holds a table, or some rows of it, that a service wants to write. */
  v.strictObject({
    fault: v.literal('lock'),
    service: v.picklist(SERVICE_NAMES),
    table: v.picklist(['orders', 'accounts', 'balances', 'outbox', 'messages']),
    rows: v.optional(times),
    /** Not at once, but in the middle of what else the step does. */
    afterMs: v.optional(milliseconds),
    forMs: milliseconds,
  }),
  v.strictObject({ fault: v.literal('terminate-backends'), times, everyMs: milliseconds }),
  v.strictObject({ fault: v.literal('disk-full'), forMs: milliseconds }),
  /** Strangers join a group and leave it again. */
  v.strictObject({
    fault: v.literal('rebalances'),
    group: v.picklist(GROUP_NAMES),
    times,
    everyMs: milliseconds,
  }),
  v.strictObject({
    fault: v.literal('clock'),
    instances: v.pipe(v.array(v.picklist(INSTANCES)), v.minLength(1)),
    shiftMs: v.pipe(v.number(), v.integer()),
    forMs: milliseconds,
  }),
  /** Records that were handled are delivered again. */
  v.strictObject({ fault: v.literal('rewind'), group: v.picklist(GROUP_NAMES), records: times }),
  /**
   * The broker forgets where a group was, as it does after a week without members, while the
   * service is down for `downMs` and others go on writing.
   */
  v.strictObject({
    fault: v.literal('forget'),
    group: v.picklist(GROUP_NAMES),
    downMs: milliseconds,
  }),
  /** Two strangers write what could be acted on, in transactions that cross, and abort both. */
  v.strictObject({ fault: v.literal('crossed-aborts'), topic: v.picklist(CLAIMABLE) }),
  v.strictObject({
    fault: v.literal('poison'),
    topic: v.picklist(CLAIMABLE),
    poison: v.picklist(POISONS),
  }),
  /** The topic is rolled and cleaned at once, as it would be in a week. */
  v.strictObject({
    fault: v.literal('compact'),
    topic: v.literal('bankBalance'),
    waitMs: milliseconds,
  }),
] as const

export const FaultSchema = v.variant('fault', kinds)
export type Fault = v.InferOutput<typeof FaultSchema>
export type FaultName = Fault['fault']
export type FaultOf<Name extends FaultName> = Extract<Fault, { fault: Name }>
export type Target = (typeof TARGETS)[number]
export type GroupName = keyof typeof GROUPS
export const FAULT_NAMES: readonly FaultName[] = kinds.map(({ entries }) => entries.fault.literal)

/** The points that a service passes. */
const EVERYONE: readonly CrashPoint[] = ['follow.handled', 'follow.committed', 'intake.committed']
const WRITERS: readonly CrashPoint[] = [
  ...EVERYONE,
  'write.open',
  'write.committed',
  'relay.looked',
  'relay.sent',
  'sweeper.enqueued',
]
export const POINTS_OF: Record<(typeof SERVICE_NAMES)[number], readonly CrashPoint[]> = {
  order: [...WRITERS, 'intake.open'],
  billing: [
    ...WRITERS.filter((point) => !point.startsWith('intake.')),
    ...CRASH_POINTS.filter((point) => /^(owner|transaction|projection)\./.test(point)),
  ],
  notification: EVERYONE,
}

/** Beyond these a member is replaced, and a transaction is ended by the broker. */
export const SESSION_MS = 6_000
export const TRANSACTION_MS = 10_000
