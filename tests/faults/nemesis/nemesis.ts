import { pause } from '../../../shared/wait.ts'
import type { Cluster } from '../cluster/types.ts'
import type { Fault } from '../plan/fault.ts'
import type { Plan } from '../plan/plan.ts'
import type { Hits, Stage } from './deed.ts'
import * as processes from './processes.ts'
import * as surroundings from './surroundings.ts'

/** A fault of the plan and what came of it. */
export type Deed = { fault: Fault; hits: Hits; failure?: string }

/** In a quiet period the system may finish what it is doing. */
const CALM_MS = 60_000

/** Carries out a plan. What cannot be done is noted, undone, and no reason to stop. */
export const carryOut = async (plan: Plan, stage: Stage): Promise<Deed[]> => {
  const deeds: Deed[] = []
  const start = performance.now()
  for (const [step, { atMs, faults, restMs }] of plan.entries()) {
    await pause(Math.max(0, start + atMs - performance.now()), stage.signal)
    if (stage.signal.aborted) break
    const done = await Promise.all(faults.map((fault) => doOne(step, fault, stage)))
    deeds.push(...done)
    if (done.some(({ failure }) => failure !== undefined)) await healAll(stage.cluster)
    if (faults.length === 0) await calm(stage)
    await pause(restMs, stage.signal)
  }
  return deeds
}

const doOne = async (step: number, fault: Fault, stage: Stage): Promise<Deed> => {
  stage.note({ kind: 'begun', step, fault })
  try {
    const hits = await perform(fault, stage)
    stage.note({ kind: 'over', step, hits })
    return { fault, hits }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    stage.note({ kind: 'failed', step, failure })
    return { fault, hits: 0, failure }
  }
}

const perform = (fault: Fault, stage: Stage): Promise<Hits> => {
  switch (fault.fault) {
    case 'kill':
      return processes.kill(fault, stage)
    case 'restart':
      return processes.restart(fault, stage)
    case 'freeze':
      return processes.freeze(fault, stage)
    case 'crash-point':
      return processes.crashAtPoint(fault, stage)
    case 'clock':
      return processes.clock(fault, stage)
    case 'rewind':
      return processes.rewind(fault, stage)
    case 'forget':
      return processes.forget(fault, stage)
    case 'cut':
      return surroundings.cut(fault, stage)
    case 'delay':
    case 'black-hole':
    case 'slice':
      return surroundings.disturb(fault, stage)
    case 'lose':
      return surroundings.lose(fault, stage)
    case 'lose-commit':
      return surroundings.loseCommit(fault, stage)
    case 'lock':
      return surroundings.lock(fault, stage)
    case 'terminate-backends':
      return surroundings.terminateBackends(fault, stage)
    case 'disk-full':
      return surroundings.fillDisk(fault, stage)
    case 'rebalances':
      return surroundings.rebalance(fault, stage)
    case 'poison':
      return surroundings.poison(fault, stage)
    case 'crossed-aborts':
      return surroundings.crossAborts(fault, stage)
    case 'compact':
      return surroundings.compact(fault, stage)
    default:
      return fault satisfies never
  }
}

const calm = async ({ cluster, note }: Stage): Promise<void> => {
  const failure = await cluster.ready(CALM_MS).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  if (failure !== undefined) note({ kind: 'not-ready', failure })
}

/** Undoes whatever may have been left: everything runs, nothing is in the way. */
export const healAll = async (cluster: Cluster): Promise<void> => {
  cluster.kafkaProxy.heal()
  cluster.postgresProxy.heal()
  const parts = [cluster.postgres, cluster.broker, ...cluster.instances]
  for (const part of parts) if (part.pid() !== undefined) part.wake()
  for (const instance of cluster.instances) instance.disarm()
  if (cluster.postgres.diskObstacle === undefined) await cluster.postgres.freeDisk()
  const down = parts.filter((part) => part.pid() === undefined)
  // What does not come back shows when everything has to be ready.
  await Promise.allSettled(down.map((part) => part.start()))
  await Promise.allSettled(cluster.instances.map((instance) => instance.shiftClock(0)))
}
