import { pause } from '../../../shared/wait.ts'
import type { Armed, Instance } from '../cluster/types.ts'
import { type FaultOf, GROUPS } from '../plan/fault.ts'
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

/** Arms all instances of a service; the first to come by is hit, the other one goes free. */
export const crashAtPoint = async (
  { service, point, nth, action, forMs, waitMs }: FaultOf<'crash-point'>,
  { cluster, recoveries }: Stage,
): Promise<Hits> => {
  const instances = cluster.instances.filter((instance) => instance.service === service)
  const hits = (instance: Instance) => instance.hits()[point] ?? 0
  const before = instances.map((instance) => ({
    instance,
    hits: hits(instance),
    orphans: partitionsOf(cluster, [instance.name]),
  }))
  const crash = { point, nth, action, ...(action === 'freeze' && { frozenMs: forMs }) }
  const arming = await Promise.allSettled(instances.map((instance) => instance.arm(crash)))
  const armed = arming.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  await firstHit(armed, waitMs)
  const moment = performance.now()
  for (const instance of instances) instance.disarm()
  const victims = before.filter(({ instance, hits: earlier }) => hits(instance) > earlier)
  if (victims.length > 0 && action === 'kill') {
    const names = victims.map(({ instance }) => instance.name)
    const orphans = victims.flatMap((victim) => victim.orphans ?? [])
    await recoveries.measure('kill', names, moment, orphans)
  }
  if (victims.length > 0 && action === 'freeze') await pause(forMs)
  return victims.length
}

const firstHit = async (armed: readonly Armed[], waitMs: number): Promise<boolean> => {
  const hits = armed.map(async ({ hit }) => {
    if (!(await hit(waitMs))) throw new Error('nobody came by')
    return true
  })
  return Promise.any(hits).catch(() => false)
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
export const rewind = async (
  { group, records }: FaultOf<'rewind'>,
  { cluster }: Stage,
): Promise<Hits> => {
  const { service, topics } = GROUPS[group]
  const members = cluster.instances.filter((instance) => instance.service === service)
  try {
    await Promise.all(members.map((member) => member.stop()))
    const wishes = topics.map((topic) =>
      cluster.intruder.rewind({ groupId: group, topic, by: records }),
    )
    const rewound = (await Promise.all(wishes)).flat()
    return rewound.filter(({ from, to }) => to < from).length
  } finally {
    await Promise.all(members.map(startIfDown))
  }
}

const startIfDown = async (part: Pick<Instance, 'pid' | 'start'>): Promise<void> => {
  if (part.pid() === undefined) await part.start()
}
