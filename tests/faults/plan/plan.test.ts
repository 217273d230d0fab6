import { describe, expect, test } from 'bun:test'
import { CRASH_POINTS } from '../../../shared/crash-point.ts'
import { CRASHES } from './draw.ts'
import { FAULT_NAMES, type Fault, type FaultName, type FaultOf } from './fault.ts'
import { longPlan } from './long-plan.ts'
import { killsIn, lengthMs, type Plan } from './plan.ts'
import { randomOf } from './random.ts'
import { parsePlan } from './read-plan.ts'
import { TIER_KILLS, tierPlan } from './tier-plan.ts'

const SEEDS = [0, 1, 2, 3, 42, 2 ** 31, Number.MAX_SAFE_INTEGER]

const faultsOf = (plan: Plan): Fault[] => plan.flatMap(({ faults }) => faults)
const those = <Name extends FaultName>(plan: Plan, name: Name): FaultOf<Name>[] =>
  faultsOf(plan).filter((fault): fault is FaultOf<Name> => fault.fault === name)
const quietOf = (plan: Plan): number => plan.filter(({ faults }) => faults.length === 0).length

describe('a generator of chance', () => {
  test('gives the same again for the same seed and name, and something else for others', () => {
    const draws = (seed: number, name: string) => {
      const random = randomOf(seed, name)
      return Array.from({ length: 8 }, () => random.int(0, 1_000_000))
    }
    expect(draws(7, 'plan')).toEqual(draws(7, 'plan'))
    expect(draws(7, 'plan')).not.toEqual(draws(8, 'plan'))
    expect(draws(7, 'plan')).not.toEqual(draws(7, 'load'))
  })
  test('draws every number of a range about equally often', () => {
    const random = randomOf(1)
    const counts = Array.from({ length: 10 }, () => 0)
    for (let drawn = 0; drawn < 10_000; drawn += 1) {
      const at = random.int(0, 9)
      counts[at] = (counts[at] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })
  test('shuffles without loss', () => {
    const list = Array.from({ length: 50 }, (_, index) => index)
    const shuffled = randomOf(3).shuffled(list)
    expect(shuffled).not.toEqual(list)
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list)
  })
})

describe.each(SEEDS)('the plan of the suite of seed %d', (seed) => {
  const plan = tierPlan(seed)
  test('is the same each time, and not that of another seed', () => {
    expect(tierPlan(seed)).toEqual(plan)
    expect(tierPlan(seed + 1 > seed ? seed + 1 : 1)).not.toEqual(plan)
  })
  test('survives being written and read', () => {
    expect(parsePlan(JSON.stringify({ seed, plan }), 'run.json')).toEqual({ seed, plan })
    expect(parsePlan(JSON.stringify(plan), 'plan.json').plan).toEqual(plan)
  })
  test('kills enough, within three minutes, a quarter of them quiet', () => {
    expect(killsIn(plan)).toBeGreaterThanOrEqual(TIER_KILLS)
    expect(lengthMs(plan)).toBeLessThan(3.2 * 60_000)
    expect(quietOf(plan) / plan.length).toBeCloseTo(0.25, 1)
  })
  test('has what a run that proves something must have', () => {
    const lost = those(plan, 'lose').filter(({ api }) => api === 'EndTxn')
    expect(lost.map(({ way }) => way)).toContain('request')
    expect(lost.map(({ way }) => way)).toContain('reply')
    const crashes = those(plan, 'crash-point')
    expect(
      crashes.some(({ point, action }) => `${point} ${action}` === 'owner.folded freeze'),
    ).toBe(true)
    expect(crashes.some(({ point, action }) => `${point} ${action}` === 'relay.sent kill')).toBe(
      true,
    )
  })
  test('freezes longer than a transaction, and takes broker and Postgres down', () => {
    expect(Math.max(...those(plan, 'freeze').map(({ forMs }) => forMs))).toBeGreaterThan(10_000)
    const killed = those(plan, 'kill').flatMap(({ targets }) => targets)
    expect(killed).toContain('broker')
    expect(killed).toContain('postgres')
  })
})

describe('a long plan', () => {
  const plan = longPlan({ seed: 1, minutes: 75, kills: 300 })
  const count = (of: (fault: Fault) => boolean | number): number =>
    faultsOf(plan).reduce((sum, fault) => sum + Number(of(fault)), 0)
  const isDown = (fault: Fault, target: 'broker' | 'postgres') =>
    (fault.fault === 'kill' || fault.fault === 'restart') && fault.targets.includes(target)
  const sleepMs = (fault: Fault) =>
    fault.fault === 'freeze' || (fault.fault === 'crash-point' && fault.action === 'freeze')
      ? fault.forMs
      : 0

  test('reaches the figures that are to be published', () => {
    expect(killsIn(plan)).toBeGreaterThanOrEqual(300)
    expect(count((fault) => sleepMs(fault) > 6_000)).toBeGreaterThanOrEqual(60)
    expect(count((fault) => sleepMs(fault) > 10_000)).toBeGreaterThanOrEqual(30)
    expect(count((fault) => isDown(fault, 'broker'))).toBeGreaterThanOrEqual(40)
    expect(count((fault) => isDown(fault, 'postgres'))).toBeGreaterThanOrEqual(40)
    const network = (fault: Fault) =>
      'network' in fault || fault.fault === 'lose' || fault.fault === 'lose-commit'
        ? 'times' in fault && fault.times
        : 0
    expect(count(network)).toBeGreaterThanOrEqual(480)
    expect(lengthMs(plan) / 60_000).toBeLessThan(85)
  })
  test('has every kind of fault and every crash point', () => {
    expect(new Set(faultsOf(plan).map(({ fault }) => fault))).toEqual(new Set(FAULT_NAMES))
    const points = new Set(
      those(plan, 'crash-point').map(({ service, point }) => `${service} ${point}`),
    )
    expect(points).toEqual(new Set(CRASHES.map(({ service, point }) => `${service} ${point}`)))
    expect(new Set(CRASHES.map(({ point }) => point))).toEqual(new Set(CRASH_POINTS))
  })
  test('of one minute has what no run may be without, and as many kills as asked for', () => {
    const short = longPlan({ seed: 5, minutes: 1, kills: 12 })
    expect(killsIn(short)).toBeGreaterThanOrEqual(12)
    expect(those(short, 'lose').length).toBeGreaterThanOrEqual(2)
  })
  test('is the same for the same seed', () => {
    expect(longPlan({ seed: 9, minutes: 5 })).toEqual(longPlan({ seed: 9, minutes: 5 }))
  })
})

test.each([
  ['{', 'plan.json is not JSON'],
  ['{"plan":[{"atMs":1,"restMs":0,"faults":[{"fault":"rain"}]}]}', '0.faults.0.fault'],
  ['[{"atMs":-1,"restMs":0,"faults":[]}]', '0.atMs'],
])('a plan that is none is refused: %s', (text, words) => {
  expect(() => parsePlan(text, 'plan.json')).toThrow(words)
})
