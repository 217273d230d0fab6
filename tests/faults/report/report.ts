import { type Percentiles, percentilesOf } from '../../bench/percentiles.ts'
import type { Violation } from '../check/invariant.ts'
import type { HistoryCounts } from '../history/history.ts'
import type { Deed } from '../nemesis/nemesis.ts'
import type { Recovery } from '../nemesis/recoveries.ts'
import { type Fault, SESSION_MS, TRANSACTION_MS } from '../plan/fault.ts'
import type { Plan } from '../plan/plan.ts'
import { type Sightings, unseen } from './sightings.ts'

/** Planned, carried out, and how often it really hit something. */
export type Tally = { name: string; planned: number; done: number; hits: number }

export type Report = {
  seed: number
  commit: string
  seconds: Record<string, number>
  operations: HistoryCounts & { perSecond: number }
  totals: Totals
  faults: Tally[]
  points: Tally[]
  /** `surroundings`: kills in which the broker or Postgres had to come back first. */
  recoveries: { services: Recovered; surroundings: Recovered; restarts: Recovered }
  sightings: Sightings
  /** What the run never saw; it proves nothing when there is any of it. */
  vacuous: string[]
  violations: Violation[]
}

export type Totals = {
  kills: number
  sleepsOverSession: number
  sleepsOverTransaction: number
  postgresRestarts: number
  brokerRestarts: number
  networkFaults: number
}

/** Milliseconds until anybody decided again, and until every orphaned partition was decided on. */
export type Recovered = { first: Percentiles | undefined; owners: Percentiles | undefined }

export type Findings = Pick<Report, 'seed' | 'commit' | 'seconds' | 'sightings' | 'violations'> & {
  plan: Plan
  deeds: readonly Deed[]
  recoveries: readonly Recovery[]
  counts: HistoryCounts
  loadSeconds: number
}

export const reportOf = (findings: Findings): Report => {
  const { plan, deeds, recoveries, counts, loadSeconds, ...rest } = findings
  const planned = plan.flatMap(({ faults }) => faults)
  const kills = recoveries.filter(({ cause }) => cause === 'kill')
  return {
    seed: rest.seed,
    commit: rest.commit,
    seconds: rest.seconds,
    operations: { ...counts, perSecond: Math.round((counts.ok + counts.failed) / loadSeconds) },
    totals: totalsOf(deeds),
    faults: tallies(planned, deeds, nameOf),
    points: tallies(planned, deeds, pointOf),
    recoveries: {
      services: recovered(kills.filter(({ targets }) => !targets.some(isSurrounding))),
      surroundings: recovered(kills.filter(({ targets }) => targets.some(isSurrounding))),
      // How fast Postgres or a broker comes back by itself is not ours.
      restarts: recovered(
        recoveries.filter(
          ({ cause, targets }) => cause === 'restart' && !targets.some(isSurrounding),
        ),
      ),
    },
    sightings: rest.sightings,
    vacuous: unseen(rest.sightings),
    violations: rest.violations,
  }
}

/** Whether the run proved what it was to prove. */
export const holds = ({ violations, vacuous }: Pick<Report, 'violations' | 'vacuous'>): boolean =>
  violations.length === 0 && vacuous.length === 0

const isSurrounding = (target: string): boolean => target === 'broker' || target === 'postgres'

const totalsOf = (deeds: readonly Deed[]): Totals => {
  const sum = (of: (deed: Deed) => number | boolean) =>
    deeds.reduce((total, deed) => total + Number(of(deed)), 0)
  const restarts = (target: 'broker' | 'postgres') =>
    sum(
      ({ fault, hits }) =>
        hits > 0 &&
        (fault.fault === 'kill' || fault.fault === 'restart') &&
        fault.targets.includes(target),
    )
  const sleeps = (ms: number) => sum(({ fault, hits }) => (sleepMs(fault) > ms ? hits : 0))
  return {
    kills: sum(({ fault, hits }) => (isKill(fault) ? hits : 0)),
    sleepsOverSession: sleeps(SESSION_MS),
    sleepsOverTransaction: sleeps(TRANSACTION_MS),
    postgresRestarts: restarts('postgres'),
    brokerRestarts: restarts('broker'),
    networkFaults: sum(({ fault, hits }) => (isOfNetwork(fault) ? hits : 0)),
  }
}

const isKill = (fault: Fault): boolean =>
  fault.fault === 'kill' || (fault.fault === 'crash-point' && fault.action === 'kill')
const sleepMs = (fault: Fault): number =>
  fault.fault === 'freeze' || (fault.fault === 'crash-point' && fault.action === 'freeze')
    ? fault.forMs
    : 0
const isOfNetwork = (fault: Fault): boolean =>
  'network' in fault || fault.fault === 'lose' || fault.fault === 'lose-commit'

const tallies = (
  planned: readonly Fault[],
  deeds: readonly Deed[],
  name: (fault: Fault) => string | undefined,
): Tally[] => {
  const found = new Map<string, Tally>()
  const of = (fault: Fault): Tally | undefined => {
    const called = name(fault)
    if (called === undefined) return undefined
    const tally = found.get(called) ?? { name: called, planned: 0, done: 0, hits: 0 }
    found.set(called, tally)
    return tally
  }
  for (const fault of planned) {
    const tally = of(fault)
    if (tally) tally.planned += 1
  }
  for (const { fault, hits, failure } of deeds) {
    const tally = of(fault)
    if (tally === undefined) continue
    if (failure === undefined) tally.done += 1
    tally.hits += hits
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name))
}

/** What is counted together. */
const nameOf = (fault: Fault): string => {
  if (fault.fault === 'crash-point') return `${fault.action} at a crash point`
  if (fault.fault === 'lose') return `lose ${fault.api} (${fault.way})`
  if (fault.fault === 'lose-commit') return `lose COMMIT (${fault.way})`
  if (fault.fault === 'poison') return `poison (${fault.poison})`
  if (fault.fault === 'rewind' || fault.fault === 'forget') return `${fault.fault} ${fault.group}`
  if ('targets' in fault) {
    const { targets } = fault
    return `${fault.fault} ${targets.length > 2 ? 'many' : targets.map(kindOf).join(' and ')}`
  }
  return 'network' in fault ? `${fault.fault} ${fault.network}` : fault.fault
}

const kindOf = (target: string): string => target.replace(/-\d$/, '')

const pointOf = (fault: Fault): string | undefined =>
  fault.fault === 'crash-point' ? `${fault.point} of ${fault.service}` : undefined

const recovered = (recoveries: readonly Recovery[]): Recovered => ({
  first: percentilesOf(recoveries.map(({ firstMs }) => firstMs)),
  owners: percentilesOf(recoveries.flatMap(({ ownersMs }) => ownersMs ?? [])),
})
