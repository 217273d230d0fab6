import { CRASH_POINTS, type CrashPoint } from '../../../shared/crash-point.ts'
import { type Generator, generator } from '../world/generator.ts'
import type {
  Climate,
  FaultKind,
  PlannedFault,
  PlannedOperation,
  Scenario,
  ServiceName,
  Target,
  Wish,
} from './scenario.ts'

/**
 * Makes the scenario of a seed. Each seed has a mood of its own (swarm testing): some faults it
 * knows, others never happen in it, so that none hides the effects of another for ever.
 */
export const scenarioOf = (seed: number, operations: number): Scenario => {
  const random = generator(seed ^ 0x5eed)
  const durationMs = random.pick(DURATIONS_MS)
  const accounts = Array.from({ length: random.pick([1, 3, 8, 20]) }, (_, i) => `account-${i}`)
  return {
    seed,
    partitions: random.pick([1, 2, 2, 3]),
    durationMs,
    accounts,
    climate: climate(random),
    operations: plan(random, operations, durationMs, accounts),
    faults: faults(random, durationMs, accounts),
  }
}

/** A few are long enough for what is sent again only after fifteen seconds. */
const DURATIONS_MS = [3_000, 3_000, 5_000, 5_000, 8_000, 8_000, 15_000, 25_000]

const climate = (random: Generator): Climate => {
  const rate = (most: number) => (random.chance(0.5) ? 0 : random.next() * most)
  return {
    latencyMs: random.pick([0.5, 1, 3, 15]),
    slow: rate(0.01),
    requestLost: rate(0.005),
    replyLost: rate(0.01),
    requestLate: rate(0.005),
    markerDelayMs: random.pick([1, 4, 30]),
    shortFetch: random.pick([0, 0, 0.3, 1]),
  }
}

const CLIENTS = 4

const plan = (
  random: Generator,
  count: number,
  durationMs: number,
  accounts: readonly string[],
): PlannedOperation[] => {
  const hot = accounts[0] as string
  const operation = (at: number, account: string, wish: Wish): PlannedOperation => ({
    at,
    client: random.integer(0, CLIENTS - 1),
    instance: random.pick([0, 1] as const),
    account,
    wish,
  })
  const creations = accounts.map((account) => {
    // Some come late: orders before that are refused, and stay refused.
    const at = random.chance(0.8) ? random.next() * 200 : random.next() * durationMs
    return operation(at, account, { type: 'create' })
  })
  const others = Array.from({ length: Math.max(0, count - accounts.length) }, () => {
    const unknown = random.chance(0.02)
    const account = unknown ? 'nobody' : random.chance(0.4) ? hot : random.pick(accounts)
    return operation(200 + random.next() * (durationMs - 200), account, wish(random))
  })
  return [...creations, ...others].toSorted((a, b) => a.at - b.at)
}

const wish = (random: Generator): Wish => {
  const drawn = random.next()
  const earlier = random.integer(0, 1_000_000)
  if (drawn < 0.33) return { type: 'deposit', amount: random.integer(1, 1_000) }
  if (drawn < 0.68) {
    const amount = random.chance(0.4)
      ? { beyondBalance: random.integer(-1, 1) }
      : random.integer(1, 1_000)
    return { type: 'order', amount }
  }
  if (drawn < 0.8) return { type: 'retry', earlier }
  if (drawn < 0.84) return { type: 'reuse', earlier, amount: random.integer(1, 1_000) }
  if (drawn < 0.9) return { type: 'balance' }
  return drawn < 0.95 ? { type: 'status', earlier } : { type: 'message', earlier }
}

/** How often each kind happens in ten seconds, if the seed knows it at all. */
const RATES: Record<FaultKind, number> = {
  kill: 3,
  'crash-point': 6,
  freeze: 2,
  stop: 1,
  'broker-restart': 0.7,
  'postgres-restart': 0.7,
  'postgres-freeze': 0.5,
  'terminate-sessions': 1,
  'hold-locks': 1,
  storm: 1,
  rebalance: 1,
  evict: 3,
  rewind: 0.5,
  repeat: 2,
  poison: 0.3,
  compact: 1,
}

const faults = (
  random: Generator,
  durationMs: number,
  accounts: readonly string[],
): PlannedFault[] => {
  const kinds = (Object.keys(RATES) as FaultKind[]).filter(() => random.chance(0.4))
  const planned = kinds.flatMap((kind) => {
    const expected = (RATES[kind] * durationMs) / 10_000
    const count = Math.floor(expected * 2 * random.next() + random.next())
    return Array.from({ length: count }, () => fault(random, kind, durationMs, accounts))
  })
  return planned.toSorted((a, b) => a.at - b.at)
}

const fault = (
  random: Generator,
  kind: FaultKind,
  durationMs: number,
  accounts: readonly string[],
): PlannedFault => {
  const at = 300 + random.next() * (durationMs - 300)
  const service = random.pick(['order', 'billing', 'billing', 'notification'] as const)
  const target: Target = { service, instance: random.pick([0, 1] as const) }
  const downMs = 100 + random.exponential(800)
  switch (kind) {
    case 'kill':
    case 'stop':
      return { at, kind, downMs, ...target }
    case 'crash-point': {
      const point = random.pick(CRASH_POINTS)
      const sleepMs = random.chance(0.7) ? undefined : sleep(random)
      // Sweeps with something to do are rare.
      const nth = point === 'sweeper.enqueued' ? 1 : random.integer(1, 4)
      const { instance } = target
      return { at, kind, point, nth, sleepMs, instance, service: ownerOf(point, random) }
    }
    case 'freeze':
      return { at, kind, ms: sleep(random), ...target }
    case 'broker-restart':
      return { at, kind, downMs, isTailLost: random.chance(0.5) }
    case 'postgres-restart':
      return { at, kind, service, downMs }
    case 'postgres-freeze':
      return { at, kind, service, ms: random.exponential(2_000) }
    case 'terminate-sessions':
      return { at, kind, service }
    case 'hold-locks':
      return { at, kind, service, ms: random.exponential(2_000) }
    case 'storm': {
      const of = random.pick(['log', 'postgres'] as const)
      const ms = random.exponential(1_500)
      return { at, kind, of, ms, loss: random.next(), slow: random.next() * 0.5 }
    }
    case 'rebalance':
      return { at, kind, group: random.pick(GROUPS) }
    case 'evict': {
      const group = random.chance(0.6) ? LEDGER : random.pick(FOLLOWERS)
      return { at, kind, group, index: random.integer(0, 1) }
    }
    case 'rewind':
      return { at, kind, group: random.pick(FOLLOWERS), by: random.integer(1, 50) }
    case 'repeat':
      return { at, kind, topic: random.pick(REPEATED), index: random.integer(0, 1_000_000) }
    case 'poison':
      return { at, kind, topic: random.pick(POISONED), account: random.pick(accounts) }
    case 'compact':
      return { at, kind }
    default:
      throw new Error(`no fault ${String(kind satisfies never)}`)
  }
}

/** Some longer than a transaction may take, some longer than a session, most a short nap. */
const sleep = (random: Generator): number => random.pick([200, 2_000, 7_000, 8_500, 12_000])

/** A service in which that point lies. */
const ownerOf = (point: CrashPoint, random: Generator): ServiceName => {
  const [part] = point.split('.')
  if (part === 'owner' || part === 'transaction' || part === 'projection') return 'billing'
  if (part === 'write' || part === 'relay' || part === 'sweeper') {
    return random.pick(['order', 'billing'] as const)
  }
  if (part === 'intake') return random.pick(['order', 'notification'] as const)
  return random.pick(['order', 'billing', 'notification'] as const)
}

/** Groups whose offsets promise nothing but progress; those of the ledger belong to its outputs. */
const FOLLOWERS = ['billing-intake', 'order-outcomes', 'notification-outcomes'] as const
const LEDGER = 'billing-ledger'
const GROUPS = [LEDGER, ...FOLLOWERS] as const
const REPEATED = ['order', 'bankTransaction'] as const
const POISONED = ['order', 'bankTransaction'] as const
