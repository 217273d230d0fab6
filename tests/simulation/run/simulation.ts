import { onCrashPoint } from '../../../shared/crash-point.ts'
import { check } from '../../faults/check/check.ts'
import type { Violation } from '../../faults/check/invariant.ts'
import { Broker } from '../log/broker.ts'
import { inWorld } from '../world/globals.ts'
import type { Weather } from '../world/network.ts'
import { World } from '../world/world.ts'
import { Clients } from './clients.ts'
import { dumpOf } from './dump.ts'
import type { Environment } from './environment.ts'
import { strike } from './faults.ts'
import { type History, openHistory } from './history.ts'
import { type Instance, openInstance } from './instance.ts'
import { type Climate, type Scenario, SERVICES } from './scenario.ts'
import { unsettled } from './settled.ts'
import { openStores } from './stores.ts'
import { watch } from './watch.ts'

/** What came of a scenario. */
export type Outcome = {
  violations: string[]
  /** How often something happened that a good set of scenarios should have seen. */
  seen: Map<string, number>
  /** Virtual milliseconds, until everything was settled. */
  ms: number
  steps: number
  operations: number
}

const TOPICS = [
  'order',
  'bankTransaction',
  'bankBalance',
  'processedTransaction',
  'approvedOrderTransaction',
  'rejectedOrderTransaction',
  'deadLetter',
]

/** After the last fault, everything that was accepted is done within so long. */
const SETTLED_WITHIN_MS = 150_000
const LOOK_EVERY_MS = 250

/**
 * Runs a scenario: first everything goes wrong that was planned, then all is healed and has to
 * settle, then it is checked. Everything happens before this returns; to be called from the event
 * loop, not from a promise, because promises are followed to their ends on the way.
 */
export const simulate = (scenario: Scenario, trace?: (line: string) => void): Outcome => {
  const world = new World(scenario.seed)
  world.trace = trace
  const outside = inWorld(world)
  try {
    return run(world, scenario)
  } finally {
    onCrashPoint(undefined)
    outside()
  }
}

const run = (world: World, scenario: Scenario): Outcome => {
  const environment = environmentOf(world, scenario)
  const history = openHistory()
  const instances = SERVICES.flatMap((service) =>
    ([0, 1] as const).map((instance) => openInstance(environment, { service, instance })),
  )
  const clients = new Clients(environment, instances, history)
  onCrashPoint((name) => passed(environment, name))

  for (const instance of instances) instance.start()
  goWrong(environment, instances, clients)
  heal(environment, instances)
  const problem = settle(environment, instances, clients)
  const violations = [
    ...(problem === undefined ? [] : [`not settled: ${problem}`]),
    ...world.uncaught.map(({ process, error }) => `uncaught in ${process}: ${String(error)}`),
    ...environment.alarms.map((alarm) => `alarm: ${alarm}`),
    ...(problem === undefined ? checked(environment, history) : []),
  ]
  const { seen } = environment
  return {
    violations,
    seen,
    ms: world.now(),
    steps: world.steps,
    operations: history.operations.length,
  }
}

const checked = (environment: Environment, history: History): string[] =>
  check(dumpOf(environment, history))
    .filter((violation) => !isOfLostTail(environment, violation))
    .map(({ invariant, account, orderId, detail, records }) =>
      [invariant, account, orderId, detail, records?.join()].filter(Boolean).join(': '),
    )

/** What comes after records that the log has lost is set aside, until they are sent again. */
const isOfLostTail = ({ seen }: Environment, { invariant, detail }: Violation): boolean =>
  seen.has('tail lost') &&
  (invariant === 'sequences-have-no-gap' ||
    (invariant === 'dead-letters-are-planted' && detail.includes('gap: ')))

const environmentOf = (world: World, scenario: Scenario): Environment => {
  const { climate, partitions } = scenario
  const { markerDelayMs, shortFetch } = climate
  const alarms: string[] = []
  return {
    world,
    scenario,
    broker: new Broker({
      world,
      topics: TOPICS,
      partitions,
      markerDelayMs,
      shortFetch,
      watch: watch((alarm) => alarms.push(alarm)),
    }),
    stores: openStores(world),
    weather: { log: weatherOf(climate), postgres: weatherOf(climate) },
    isHealed: false,
    armed: [],
    seen: new Map(),
    planted: [],
    alarms,
  }
}

const weatherOf = ({ latencyMs, slow, requestLost, replyLost, requestLate }: Climate): Weather => ({
  latencyMs,
  slow,
  requestLost,
  replyLost,
  requestLate,
})

const passed = ({ world, armed }: Environment, name: string): void => {
  const process = world.current.name
  const found = armed.find((one) => one.point === name && one.process === process)
  if (found === undefined) return
  found.left -= 1
  if (found.left > 0) return
  armed.splice(armed.indexOf(found), 1)
  found.strike()
}

const goWrong = (
  environment: Environment,
  instances: readonly Instance[],
  clients: Clients,
): void => {
  const { world, scenario } = environment
  // A first moment of peace, so that not every scenario is about a cold start.
  const startMs = world.random.chance(0.8) ? 1_500 : 0
  for (const operation of scenario.operations) {
    world.after(startMs + operation.at, world.outside, () => clients.carryOut(operation))
  }
  for (const fault of scenario.faults) {
    world.after(startMs + fault.at, world.outside, () => strike(environment, instances, fault))
  }
  world.runUntil(startMs + scenario.durationMs)
}

const heal = (environment: Environment, instances: readonly Instance[]): void => {
  const { world, broker, stores, weather, armed } = environment
  world.trace?.('healed')
  environment.isHealed = true
  armed.length = 0
  const calm = { slow: 0, requestLost: 0, replyLost: 0, requestLate: 0 }
  weather.log = { ...weather.log, ...calm }
  weather.postgres = { ...weather.postgres, ...calm }
  broker.startAgain()
  for (const database of Object.values(stores.databases)) {
    database.startAgain()
    world.wake(database.process)
  }
  for (const instance of instances) {
    const process = instance.process()
    if (process !== undefined) world.wake(process)
    instance.start()
  }
}

const settle = (
  environment: Environment,
  instances: readonly Instance[],
  clients: Clients,
): string | undefined => {
  const { world } = environment
  const deadline = world.now() + SETTLED_WITHIN_MS
  for (;;) {
    const problem = clients.areDone() ? unsettled(environment, instances) : 'clients still ask'
    if (problem === undefined || world.now() >= deadline) return problem
    world.runUntil(world.now() + LOOK_EVERY_MS)
  }
}
