import type { Fault } from '../../faults/dump/dump.ts'
import type { Broker } from '../log/broker.ts'
import type { Weather } from '../world/network.ts'
import type { World } from '../world/world.ts'
import type { Scenario } from './scenario.ts'
import type { Stores } from './stores.ts'

/** All that the simulated processes share. */
export type Environment = {
  world: World
  scenario: Scenario
  broker: Broker
  stores: Stores
  weather: { log: Weather; postgres: Weather }
  /** From now on nothing goes wrong any more. */
  isHealed: boolean
  /** What a fault asked for; looked at whenever a process passes a crash point. */
  armed: Armed[]
  /** How often something was seen: faults, crash points, errors of note. */
  seen: Map<string, number>
  /** Records that nobody of ours has sent. */
  planted: Fault[]
  /** Promises that the product does not keep by itself: a person would have been called. */
  alarms: string[]
}

export type Armed = {
  process: string
  point: string
  left: number
  strike: () => void
}

export const count = ({ seen }: Environment, what: string): void =>
  void seen.set(what, (seen.get(what) ?? 0) + 1)
