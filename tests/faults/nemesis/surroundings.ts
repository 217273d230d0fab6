import { pause } from '../../../shared/wait.ts'
import { type FaultOf, GROUPS } from '../plan/fault.ts'
import type { Hits, Stage } from './deed.ts'

/** Faults of what the services stand on: the network, the database, and what others write. */

const proxyOf = ({ cluster }: Stage, network: 'kafka' | 'postgres') =>
  network === 'kafka' ? cluster.kafkaProxy : cluster.postgresProxy

export const cut = async (
  { network, times, everyMs }: FaultOf<'cut'>,
  stage: Stage,
): Promise<Hits> => {
  let hits = 0
  for (let time = 0; time < times; time += 1) {
    if (proxyOf(stage, network).cutAll() > 0) hits += 1
    await pause(everyMs)
  }
  return hits
}

type Lasting = FaultOf<'delay' | 'black-hole' | 'slice'>

export const disturb = async (fault: Lasting, stage: Stage): Promise<Hits> => {
  const proxy = proxyOf(stage, fault.network)
  const name = fault.fault === 'black-hole' ? 'blackhole' : fault.fault
  const before = proxy.counts()[name] ?? 0
  if (fault.fault === 'delay') proxy.delay(fault.ms, fault.jitterMs, fault.forMs)
  else if (fault.fault === 'slice') proxy.slice(fault.bytes, fault.forMs)
  else proxy.blackhole(fault.forMs, fault.end)
  await pause(fault.forMs + MARGIN_MS)
  return (proxy.counts()[name] ?? 0) - before
}

const MARGIN_MS = 100
const LOOK_MS = 50

export const lose = async (
  { api, way, times, waitMs }: FaultOf<'lose'>,
  { cluster: { kafkaProxy }, signal }: Stage,
): Promise<Hits> => {
  const lost = () => kafkaProxy.counts()[`${api}.${way}`] ?? 0
  const before = lost()
  kafkaProxy.loseReply(api, times, way)
  // What nobody asked for in that time would hit somebody in the middle of another fault.
  if (!(await metWithin(() => lost() - before >= times, waitMs, signal))) kafkaProxy.heal()
  return lost() - before
}

export const loseCommit = async (
  { way, times, waitMs }: FaultOf<'lose-commit'>,
  { cluster: { postgresProxy }, signal }: Stage,
): Promise<Hits> => {
  const lost = () => postgresProxy.counts()[`COMMIT.${way}`] ?? 0
  const before = lost()
  postgresProxy.loseReply('COMMIT', times, way)
  if (!(await metWithin(() => lost() - before >= times, waitMs, signal))) postgresProxy.heal()
  return lost() - before
}

const metWithin = async (
  isMet: () => boolean,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const deadline = performance.now() + ms
  while (!isMet() && performance.now() < deadline && !signal.aborted) await pause(LOOK_MS)
  return isMet()
}

export const lock = async (
  { service, table, rows, forMs, afterMs = 0 }: FaultOf<'lock'>,
  { cluster }: Stage,
): Promise<Hits> => {
  await pause(afterMs)
  const { taken, released } = await cluster.postgres.lock({
    service,
    table,
    forMs,
    ...(rows !== undefined && { rows }),
  })
  await released
  return Number(taken)
}

export const terminateBackends = async (
  { times, everyMs }: FaultOf<'terminate-backends'>,
  { cluster }: Stage,
): Promise<Hits> => {
  let hits = 0
  for (let time = 0; time < times; time += 1) {
    if ((await cluster.postgres.terminateBackends()) > 0) hits += 1
    await pause(everyMs)
  }
  return hits
}

export const fillDisk = async (
  { forMs }: FaultOf<'disk-full'>,
  { cluster: { postgres }, note }: Stage,
): Promise<Hits> => {
  if (postgres.diskObstacle !== undefined) {
    note({ kind: 'obstacle', fault: 'disk-full', text: postgres.diskObstacle })
    return 0
  }
  try {
    await postgres.fillDisk()
    await pause(forMs)
  } finally {
    await postgres.freeDisk()
  }
  return 1
}

export const rebalance = async (
  { group, times, everyMs }: FaultOf<'rebalances'>,
  { cluster }: Stage,
): Promise<Hits> => {
  const [topic] = GROUPS[group].topics
  return cluster.intruder.rebalance({ groupId: group, topic, rounds: times, holdMs: everyMs })
}

export const poison = async (fault: FaultOf<'poison'>, { cluster, note }: Stage): Promise<Hits> => {
  const { topic, partition, offset } = await cluster.intruder.plant(fault.topic, fault.poison)
  note({ kind: 'poison', topic, partition, offset: String(offset), poison: fault.poison })
  return 1
}

export const crossAborts = async (
  { topic }: FaultOf<'crossed-aborts'>,
  { cluster }: Stage,
): Promise<Hits> => {
  await cluster.intruder.crossAborts(topic)
  return 1
}

export const compact = async (
  { topic, waitMs }: FaultOf<'compact'>,
  { cluster }: Stage,
): Promise<Hits> => cluster.intruder.compact(topic, waitMs)
