import { CRASH_POINTS, type CrashPoint } from '../../../shared/crash-point.ts'
import type { InstanceName } from '../cluster/types.ts'
import type { Way } from '../proxy/types.ts'
import {
  CLAIMABLE,
  type Fault,
  GROUP_NAMES,
  INSTANCES,
  LOSABLE,
  POINTS_OF,
  POISONS,
  SERVICE_NAMES,
  SESSION_MS,
  TRANSACTION_MS,
} from './fault.ts'
import type { Random } from './random.ts'

/** What a kind of fault looks like this time. Several in one group happen at the same moment. */
export type Draw = (random: Random) => Fault[]

const instancesOf = (service: string): InstanceName[] =>
  INSTANCES.filter((instance) => instance.startsWith(`${service}-`))

export const killOne: Draw = (random) => [
  { fault: 'kill', targets: [random.pick(INSTANCES)], downMs: random.int(0, 1_500) },
]
export const killBoth: Draw = (random) => [
  {
    fault: 'kill',
    targets: instancesOf(random.pick(SERVICE_NAMES)),
    downMs: random.int(0, 1_500),
  },
]
export const killAll: Draw = (random) => [
  { fault: 'kill', targets: [...INSTANCES], downMs: random.int(0, 1_500) },
]
export const killEverything: Draw = () => [
  { fault: 'kill', targets: [...INSTANCES, 'broker', 'postgres'], downMs: 500 },
]
export const killBroker: Draw = (random) => [
  { fault: 'kill', targets: ['broker'], downMs: random.int(0, 2_000) },
]
export const killPostgres: Draw = (random) => [
  { fault: 'kill', targets: ['postgres'], downMs: random.int(0, 2_000) },
]
export const restartOne: Draw = (random) => [
  { fault: 'restart', targets: [random.pick(INSTANCES)] },
]
/** One that has partitions to hand over. */
export const restartOwner: Draw = (random) => [
  { fault: 'restart', targets: [random.pick(instancesOf('billing'))] },
]
export const restartBroker: Draw = () => [{ fault: 'restart', targets: ['broker'] }]
export const restartPostgres: Draw = () => [{ fault: 'restart', targets: ['postgres'] }]

/** Longer than a session, shorter than a transaction may be open. */
export const freezeOverSession: Draw = (random) => [
  {
    fault: 'freeze',
    targets: [random.pick(INSTANCES)],
    forMs: random.int(SESSION_MS + 1_500, TRANSACTION_MS - 500),
  },
]
export const freezeOverTransaction: Draw = (random) => [
  {
    fault: 'freeze',
    targets: [random.pick(INSTANCES)],
    forMs: random.int(TRANSACTION_MS + 1_500, TRANSACTION_MS + 4_000),
  },
]
export const freezeBroker: Draw = (random) => [
  { fault: 'freeze', targets: ['broker'], forMs: random.int(3_000, 9_000) },
]
export const freezePostgres: Draw = (random) => [
  { fault: 'freeze', targets: ['postgres'], forMs: random.int(2_000, 8_000) },
]

export const cut: Draw = (random) => [
  {
    fault: 'cut',
    network: network(random),
    times: random.int(3, 6),
    everyMs: random.int(100, 500),
  },
]
export const delay: Draw = (random) => [
  {
    fault: 'delay',
    network: network(random),
    ms: random.int(20, 300),
    jitterMs: random.int(0, 200),
    forMs: random.int(2_000, 5_000),
  },
]
export const blackHole: Draw = (random) => [
  {
    fault: 'black-hole',
    network: network(random),
    forMs: random.int(2_000, 7_000),
    end: random.pick(['deliver', 'cut']),
  },
]
export const slice: Draw = (random) => [
  {
    fault: 'slice',
    network: network(random),
    bytes: random.int(1, 40),
    forMs: random.int(1_000, 3_000),
  },
]
const network = (random: Random) => random.pick(['kafka', 'postgres'] as const)

export const loseOf =
  (api: (typeof LOSABLE)[number], way: Way, times = 1): Draw =>
  () => [{ fault: 'lose', api, way, times, waitMs: 10_000 }]
export const lose: Draw = (random) => {
  // EndTxn above all: what became of it decides between once, twice and never.
  const api = random.chance(0.4) ? 'EndTxn' : random.pick(LOSABLE)
  const lost = loseOf(api, random.pick(WAYS), random.int(2, 4))(random)
  return OF_NEW_OWNERS.has(api) ? [...lost, ...takeover()] : lost
}
/** What only who joins a group or takes a partition over asks for. */
const OF_NEW_OWNERS = new Set<(typeof LOSABLE)[number]>([
  'InitProducerId',
  'JoinGroup',
  'SyncGroup',
])
const WAYS = ['request', 'reply', 'reply', 'late'] as const
export const loseCommit: Draw = (random) => [
  {
    fault: 'lose-commit',
    way: random.pick(['request', 'reply', 'reply']),
    times: random.int(1, 3),
    waitMs: 10_000,
  },
]

export const lock: Draw = (random) => {
  const { service, tables } = random.pick(LOCKABLE)
  const table = random.pick(tables)
  const rows = random.chance(0.5) ? { rows: random.int(1, 20) } : {}
  return [{ fault: 'lock', service, table, ...rows, forMs: random.int(2_000, 6_000) }]
}
const LOCKABLE = [
  { service: 'order', tables: ['orders', 'outbox'] },
  { service: 'billing', tables: ['accounts', 'balances', 'outbox'] },
  { service: 'notification', tables: ['messages'] },
] as const
export const terminateBackends: Draw = (random) => [
  { fault: 'terminate-backends', times: random.int(2, 4), everyMs: 700 },
]
export const diskFull: Draw = (random) => [{ fault: 'disk-full', forMs: random.int(2_000, 5_000) }]
export const rebalances: Draw = (random) => [
  {
    fault: 'rebalances',
    group: random.pick(GROUP_NAMES),
    times: random.int(2, 4),
    everyMs: random.int(800, 2_000),
  },
]
export const clock: Draw = (random) => [
  {
    fault: 'clock',
    instances: [random.pick(INSTANCES)],
    shiftMs: random.pick([-86_400_000, -3_600_000, -30_000, 30_000, 3_600_000, 86_400_000]),
    forMs: random.int(2_000, 4_000),
  },
]
export const rewind: Draw = (random) => [
  { fault: 'rewind', group: random.pick(GROUP_NAMES), records: random.int(20, 300) },
]
export const forget: Draw = (random) => [
  { fault: 'forget', group: random.pick(GROUP_NAMES), downMs: random.int(500, 2_000) },
]
export const crossedAborts: Draw = (random) => [
  { fault: 'crossed-aborts', topic: random.pick(CLAIMABLE) },
]
export const poison: Draw = (random) => [
  {
    fault: 'poison',
    topic: random.pick(CLAIMABLE),
    poison: random.pick(POISONS),
  },
]
export const compact: Draw = () => [{ fault: 'compact', topic: 'bankBalance', waitMs: 30_000 }]

/** Every point, with the services that pass it. */
export const CRASHES = SERVICE_NAMES.flatMap((service) =>
  POINTS_OF[service].map((point) => ({ service, point })),
)

export const crashAt =
  (
    { service, point }: (typeof CRASHES)[number],
    action: 'kill' | 'freeze' = 'kill',
    ms?: number,
  ): Draw =>
  (random) => [
    {
      fault: 'crash-point',
      service,
      point,
      nth: RARE.test(point) ? 1 : random.int(1, 6),
      action,
      forMs: ms ?? (action === 'kill' ? random.int(0, 1_500) : random.int(7_500, 13_000)),
      waitMs: 15_000,
    },
    ...occasionFor(service, point),
  ]

const RARE = /^(owner\.(fenced|positioned|restored)|sweeper)/

/** What makes a process pass a point that it does not pass all the time. */
const occasionFor = (service: string, point: CrashPoint): Fault[] => {
  if (point.startsWith('sweeper.')) {
    // Whatever nobody can handle for so long is sent again.
    return service === 'billing'
      ? [{ fault: 'freeze', targets: ['broker'], forMs: 5_000 }]
      : [{ fault: 'freeze', targets: instancesOf('billing'), forMs: 5_000 }]
  }
  return RARE.test(point) ? takeover() : []
}

/** Partitions go to somebody else, and come back. */
const takeover = (): Fault[] => [
  { fault: 'rebalances', group: 'billing-ledger', times: 2, everyMs: 1_500 },
]

/** The point of each fault that a whole run needs to have had, whatever else it had. */
export const MUSTS: readonly Draw[] = [
  // Asleep between reading and writing while another takes over: fenced at its first write.
  crashAt({ service: 'billing', point: 'owner.folded' }, 'freeze', 10_000),
  // Sent, and not yet deleted: the next relay sends it again.
  crashAt({ service: 'billing', point: 'relay.sent' }),
  loseOf('EndTxn', 'request'),
  loseOf('EndTxn', 'reply'),
]

export const everyCrashPoint = (): (typeof CRASHES)[number][] => {
  const missing = CRASH_POINTS.filter((point) => !CRASHES.some((crash) => crash.point === point))
  if (missing.length > 0) throw new Error(`no service passes ${missing.join(', ')}`)
  return CRASHES
}
