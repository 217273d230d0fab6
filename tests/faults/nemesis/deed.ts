import type { Cluster } from '../cluster/types.ts'
import type { Target } from '../plan/fault.ts'
import type { Recoveries } from './recoveries.ts'

/** What the nemesis works on and writes to. */
export type Stage = {
  cluster: Cluster
  recoveries: Recoveries
  /** A line of faults.jsonl. */
  note: (line: { kind: string } & Record<string, unknown>) => void
  /** Ends the run early. */
  signal: AbortSignal
}

/** How often a fault really hit something: a point that nobody passed was not hit. */
export type Hits = number

export const partOf = (cluster: Cluster, target: Target) => {
  if (target === 'broker') return cluster.broker
  return target === 'postgres' ? cluster.postgres : cluster.instance(target)
}

/** The partitions that are without an owner when these are gone. */
export const partitionsOf = (
  cluster: Cluster,
  targets: readonly Target[],
): readonly number[] | undefined => {
  // Nobody decides anything without these.
  if (targets.includes('broker') || targets.includes('postgres')) return undefined
  return cluster.instances
    .filter(({ name }) => targets.includes(name))
    .flatMap(({ service, partitions }) => (service === 'billing' ? partitions(LEDGER) : []))
}

const LEDGER = 'billing-ledger'
