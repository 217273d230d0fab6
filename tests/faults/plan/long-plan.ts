import * as draw from './draw.ts'
import type { Fault } from './fault.ts'
import { killsIn, lengthMs, type Plan, planOf } from './plan.ts'
import { type Random, randomOf } from './random.ts'

export type PlanOptions = {
  seed: number
  minutes: number
  /** Processes to kill, at least. */
  kills?: number
}

/**
 * How often in a minute. Chosen so that an hour and a quarter has 300 kills, 60 sleeps beyond a
 * session and 30 beyond a transaction, 40 restarts of the broker and of Postgres each, and 500
 * faults of the network, and so that the system does its work in between.
 */
const PER_MINUTE: readonly (readonly [times: number, draw: draw.Draw])[] = [
  [1.4, draw.killOne],
  [0.35, draw.killBoth],
  [0.07, draw.killAll],
  [0.05, draw.killEverything],
  [0.3, draw.killBroker],
  [0.32, draw.killPostgres],
  [0.15, draw.restartOne],
  [0.15, draw.restartOwner],
  [0.25, draw.restartBroker],
  [0.25, draw.restartPostgres],
  [0.45, draw.freezeOverSession],
  [0.35, draw.freezeOverTransaction],
  [0.08, draw.freezeBroker],
  [0.08, draw.freezePostgres],
  [0.35, draw.cut],
  [0.2, draw.delay],
  [0.15, draw.blackHole],
  [0.08, draw.slice],
  [1.8, draw.lose],
  [0.4, draw.loseCommit],
  [0.15, draw.lock],
  [0.15, draw.terminateBackends],
  [0.06, draw.diskFull],
  [0.12, draw.rebalances],
  [0.15, draw.clock],
  [0.12, draw.rewind],
  [0.05, draw.forget],
  [0.15, draw.crossedAborts],
  [0.3, draw.poison],
  [0.08, draw.compact],
]
const CRASHES_PER_MINUTE = 1.6
const FREEZING_CRASHES = 0.15

/** A plan of about that length. Whatever its length, it has what no run may be without. */
export const longPlan = ({ seed, minutes, kills = 0 }: PlanOptions): Plan => {
  const random = randomOf(seed, 'plan')
  const groups = [
    ...draw.MUSTS.map((must) => must(random)),
    ...PER_MINUTE.flatMap(([times, one]) => repeat(random, times * minutes, () => one(random))),
    ...crashes(random, CRASHES_PER_MINUTE * minutes),
  ]
  while (killsIn(planOf(seed, groups)) < kills) groups.push(draw.killOne(random))
  return planOf(seed, groups)
}

/** All points in turn, in a sequence of chance, so that none is left out of a long run. */
const crashes = (random: Random, times: number): Fault[][] => {
  const points = draw.everyCrashPoint()
  let turn: typeof points = []
  return repeat(random, times, () => {
    if (turn.length === 0) turn = random.shuffled(points)
    const crash = turn.pop() ?? random.pick(points)
    return draw.crashAt(crash, random.chance(FREEZING_CRASHES) ? 'freeze' : 'kill')(random)
  })
}

/** So many times; chance decides about what is left of a whole number. */
const repeat = (random: Random, times: number, one: () => Fault[]): Fault[][] => {
  const whole = Math.floor(times) + (random.chance(times % 1) ? 1 : 0)
  return Array.from({ length: whole }, one)
}

export const minutesOf = (plan: Plan): number => lengthMs(plan) / 60_000
