import { pause } from '../../../shared/wait.ts'
import type { Cluster, Instance } from '../cluster/types.ts'
import { type FaultOf, GROUPS, type GroupName } from '../plan/fault.ts'
import { type Hits, partitionsOf, partOf, type Stage } from './deed.ts'

/** Faults of processes: killed, ended, frozen, or told the wrong time. */

export const kill = async (
  { targets, downMs }: FaultOf<'kill'>,
  { cluster, recoveries }: Stage,
): Promise<Hits> => {
  const orphans = partitionsOf(cluster, targets)
  const parts = targets.map((target) => partOf(cluster, target))
  const alive = parts.filter((part) => part.pid() !== undefined)
  const moment = performance.now()
  try {
    await Promise.all(parts.map((part) => part.kill()))
    const recovered = recoveries.measure('kill', targets, moment, orphans)
    await pause(downMs)
    await Promise.all(parts.map((part) => part.start()))
    await recovered
  } finally {
    await Promise.all(parts.map(startIfDown))
  }
  return alive.length
}

export const restart = async (
  { targets }: FaultOf<'restart'>,
  { cluster, recoveries }: Stage,
): Promise<Hits> => {
  for (const target of targets) {
    const part = partOf(cluster, target)
    const orphans = partitionsOf(cluster, [target])
    await part.stop()
    const moment = performance.now()
    const recovered = recoveries.measure('restart', [target], moment, orphans)
    await part.start()
    await recovered
  }
  return targets.length
}

export const freeze = async (
  { targets, forMs }: FaultOf<'freeze'>,
  { cluster }: Stage,
): Promise<Hits> => {
  const parts = targets.map((target) => partOf(cluster, target))
  try {
    for (const part of parts) part.freeze()
    await pause(forMs)
  } finally {
    for (const part of parts) part.wake()
  }
  return parts.length
}

/** Counts whom it really hit: an instance that is armed may never come by. */
export const crashAtPoint = async (
  fault: FaultOf<'crash-point'>,
  { cluster, recoveries }: Stage,
): Promise<Hits> => {
  const { service, point, action, forMs, only, afterMs = 0 } = fault
  await pause(afterMs)
  const hits = (instance: Instance) => instance.hits()[point] ?? 0
  const before = cluster.instances
    .filter((instance) => instance.service === service)
    .filter(({ name }) => only === undefined || name === `${service}-${only}`)
    .map((instance) => ({
      instance,
      hits: hits(instance),
      orphans: partitionsOf(cluster, [instance.name]) ?? [],
    }))
  const instances = before.map(({ instance }) => instance)
  await (action === 'kill' ? killFirst(fault, instances) : freezeOne(fault, instances))
  const moment = performance.now()
  const victims = before.filter(({ instance, hits: earlier }) => hits(instance) > earlier)
  if (victims.length === 0) return 0
  if (action === 'freeze') await pause(forMs)
  else {
    const names = victims.map(({ instance }) => instance.name)
    const orphans = victims.flatMap((victim) => victim.orphans)
    await recoveries.measure('kill', names, moment, orphans)
  }
  return victims.length
}

/** All are armed; the first to come by dies, and the others go free unless they come by as well. */
const killFirst = async (
  { point, topic, nth, waitMs }: FaultOf<'crash-point'>,
  instances: readonly Instance[],
): Promise<void> => {
  const crash = { point, nth, action: 'kill', ...(topic && { topic }) } as const
  const arming = await Promise.allSettled(instances.map((instance) => instance.arm(crash)))
  const armed = arming.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const hits = armed.map(async ({ hit }) => {
    if (!(await hit(waitMs))) throw new Error('nobody came by')
  })
  await Promise.any(hits).catch(() => undefined)
  for (const instance of instances) instance.disarm()
}

const TURN_MS = 2_500

/** One after the other is armed: if all of them slept, nobody would take the place of any. */
const freezeOne = async (
  { point, topic, nth, waitMs, forMs, diesAt }: FaultOf<'crash-point'>,
  instances: readonly Instance[],
): Promise<void> => {
  const deadline = performance.now() + waitMs
  const crash = {
    point,
    nth,
    action: 'freeze',
    frozenMs: forMs,
    ...(topic && { topic }),
    ...(diesAt && { diesAt }),
  } as const
  for (let turn = 0; performance.now() < deadline; turn += 1) {
    const instance = instances[turn % instances.length]
    if (instance === undefined) return
    try {
      const armed = await instance.arm(crash)
      if (await armed.hit(TURN_MS)) return
    } catch {
      // It is down at the moment; the other one may not be.
      await pause(TURN_MS / 10)
    } finally {
      instance.disarm()
    }
  }
}

export const clock = async (
  { instances, shiftMs, forMs }: FaultOf<'clock'>,
  { cluster }: Stage,
): Promise<Hits> => {
  const shifted = instances.map((name) => cluster.instance(name))
  try {
    await Promise.all(shifted.map((instance) => instance.shiftClock(shiftMs)))
    await pause(forMs)
  } finally {
    await Promise.all(shifted.map((instance) => instance.shiftClock(0)))
  }
  return shifted.length
}

/** Only a group without members takes other offsets than their own. */
export const rewind = ({ group, records }: FaultOf<'rewind'>, { cluster }: Stage): Promise<Hits> =>
  withoutMembers(group, cluster, async () => {
    let hits = 0
    for (const topic of GROUPS[group].topics) {
      const rewound = await cluster.intruder.rewind({ groupId: group, topic, by: records })
      hits += rewound.filter(({ from, to }) => to < from).length
    }
    return hits
  })

export const forget = ({ group, downMs }: FaultOf<'forget'>, { cluster }: Stage): Promise<Hits> =>
  withoutMembers(group, cluster, async () => {
    await pause(downMs)
    await cluster.intruder.forget(group)
    return 1
  })

const withoutMembers = async (
  group: GroupName,
  cluster: Cluster,
  work: () => Promise<Hits>,
): Promise<Hits> => {
  const { service } = GROUPS[group]
  const members = cluster.instances.filter((instance) => instance.service === service)
  try {
    await Promise.all(members.map((member) => member.stop()))
    return await work()
  } finally {
    await Promise.all(members.map(startIfDown))
  }
}

const startIfDown = async (part: Pick<Instance, 'pid' | 'start'>): Promise<void> => {
  if (part.pid() === undefined) await part.start()
}
