import type { Process } from '../world/queue.ts'
import { count, type Environment } from './environment.ts'
import type { Instance } from './instance.ts'
import { loseTails } from './lost-tail.ts'
import type { PlannedFault, Target } from './scenario.ts'

/** Makes happen what was planned. */
export const strike = (
  environment: Environment,
  instances: readonly Instance[],
  fault: PlannedFault,
): void => {
  const { world, broker, stores, weather } = environment
  world.trace?.(`fault: ${JSON.stringify(fault)}`)
  count(environment, fault.kind)
  const later = (ms: number, run: () => void) => void world.after(ms, world.outside, run)
  switch (fault.kind) {
    case 'kill': {
      const instance = instanceOf(instances, fault)
      instance.kill()
      return later(fault.downMs, instance.start)
    }
    case 'stop': {
      const instance = instanceOf(instances, fault)
      instance.stop()
      return later(fault.downMs + 8_000, instance.start)
    }
    case 'freeze':
      return sleep(environment, instanceOf(instances, fault).process(), fault.ms)
    case 'crash-point':
      return arm(environment, instanceOf(instances, fault), fault)
    case 'broker-restart':
      broker.stop()
      return later(fault.downMs, () => {
        if (fault.isTailLost) loseTails(environment)
        broker.startAgain()
      })
    case 'postgres-restart': {
      const database = stores.databases[fault.service]
      database.stop()
      return later(fault.downMs, () => database.startAgain())
    }
    case 'postgres-freeze':
      return sleep(environment, stores.databases[fault.service].process, fault.ms)
    case 'terminate-sessions':
      return stores.databases[fault.service].terminateAll()
    case 'hold-locks':
      return holdLocks(environment, fault.service, fault.ms)
    case 'storm': {
      const before = weather[fault.of]
      const each = fault.loss / 3
      const storm = { requestLost: each, replyLost: each, requestLate: each, slow: fault.slow }
      weather[fault.of] = { ...before, ...storm }
      return later(fault.ms, () => {
        if (!environment.isHealed) weather[fault.of] = before
      })
    }
    case 'rebalance':
      return broker.group(fault.group).rebalance()
    case 'evict':
      return evict(environment, fault.group, fault.index)
    case 'rewind':
      return rewind(environment, fault.group, fault.by)
    case 'repeat':
      return repeat(environment, fault.topic, fault.index)
    case 'poison':
      return poison(environment, fault.topic, fault.account)
    case 'compact':
      for (const partition of broker.topics.get('bankBalance') ?? []) partition.compact()
      return
    default:
      throw new Error(`no fault ${String(fault satisfies never)}`)
  }
}

const instanceOf = (instances: readonly Instance[], { service, instance }: Target): Instance =>
  instances.find(({ name }) => name === `${service}-${instance + 1}`) as Instance

const sleep = ({ world }: Environment, process: Process | undefined, ms: number): void => {
  if (process === undefined) return
  world.freeze(process)
  world.after(ms, world.outside, () => world.wake(process))
}

const arm = (
  environment: Environment,
  instance: Instance,
  { point, nth, sleepMs }: PlannedFault & { kind: 'crash-point' },
): void => {
  const { world, armed } = environment
  armed.push({
    process: instance.name,
    point,
    left: nth,
    strike: () => {
      count(environment, `hit ${point}`)
      world.trace?.(`${instance.name}: ${sleepMs === undefined ? 'dies' : 'sleeps'} at ${point}`)
      if (sleepMs !== undefined) return sleep(environment, instance.process(), sleepMs)
      instance.kill()
      world.after(500, world.outside, instance.start)
    },
  })
}

/** A rival session that is slow to end its transaction. */
const holdLocks = (
  { stores, world }: Environment,
  service: 'order' | 'billing' | 'notification',
  ms: number,
): void => {
  const keys = {
    order: [...stores.order.orders.rows.keys()].map((key) => `orders#${key}`),
    billing: [...stores.billing.accounts.rows.keys()].map((key) => `accounts#${key}`),
    notification: [],
  }[service]
  stores.databases[service].hold(
    keys.filter(() => world.random.chance(0.3)),
    ms,
  )
}

/** Its heartbeats did not get through: the group goes on without it, and it does not know yet. */
const evict = ({ broker }: Environment, group: string, index: number): void => {
  const members = broker.group(group).members()
  const member = members[index % members.length]
  if (member !== undefined) broker.group(group).leave(member.memberId)
}

const rewind = ({ broker }: Environment, group: string, by: number): void => {
  for (const { topic, partition, offset, ...of } of broker.offsets.all()) {
    if (of.group !== group) continue
    const start = broker.partitionOf(topic, partition)?.start ?? 0
    const earlier = Math.max(start, Number(offset) - by)
    broker.offsets.rewind(group, topic, partition, String(earlier))
  }
  // Who reads asks again from where to go on.
  broker.group(group).rebalance()
}

/** A record that arrives once more, long after it was sent. */
const repeat = ({ broker }: Environment, topic: string, index: number): void => {
  const partitions = broker.topics.get(topic) ?? []
  const partition = partitions[index % partitions.length]
  const batches = partition?.batches ?? []
  const batch = batches[index % batches.length]
  if (partition === undefined || batch === undefined) return
  broker.put(partition, batch.messages)
}

const poison = ({ broker, planted }: Environment, topic: string, account: string): void => {
  const partitions = broker.topics.get(topic) ?? []
  const partition = partitions[account.length % partitions.length]
  if (partition === undefined) return
  const value = 'no JSON'
  planted.push({ kind: 'poison', topic, value })
  broker.put(partition, [{ key: Buffer.from(account), value: Buffer.from(value) }])
}
