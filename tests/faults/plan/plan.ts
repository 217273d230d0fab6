import * as v from 'valibot'
import { type Fault, FaultSchema } from './fault.ts'
import { randomOf } from './random.ts'

/**
 * Everything that will be done to the system, in sequence. A step begins at `atMs` or when the one
 * before it is over, whichever is later; its faults begin together, and it is over when all of
 * them are healed and nothing was done for `restMs`. A quiet one has no fault at all.
 */
const StepSchema = v.strictObject({
  atMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
  faults: v.array(FaultSchema),
  restMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000)),
})
export const PlanSchema = v.array(StepSchema)

export type Step = v.InferOutput<typeof StepSchema>
export type Plan = v.InferOutput<typeof PlanSchema>

const QUIET = 0.25
const REST_MS: Range = [300, 1_500]
const QUIET_MS: Range = [2_000, 5_000]
type Range = [number, number]

/** Brings faults into a sequence of chance, with a quiet period for every third of them. */
export const planOf = (seed: number, groups: readonly Fault[][]): Plan => {
  const random = randomOf(seed, 'schedule')
  let atMs = 0
  const begin = (faults: Fault[], restMs: number): Step => {
    const step = { atMs, faults, restMs }
    atMs += Math.max(0, ...faults.map(expectedMs)) + restMs
    return step
  }
  return random.shuffled(withQuiet(groups)).map((faults) => {
    const [min, max] = faults.length === 0 ? QUIET_MS : REST_MS
    return begin(faults, random.int(min, max))
  })
}

const withQuiet = (groups: readonly Fault[][]): Fault[][] => {
  const quiet = Math.round((groups.length * QUIET) / (1 - QUIET))
  return [...groups, ...Array.from({ length: quiet }, () => [])]
}

/** From the last step's beginning and what its faults take. */
export const lengthMs = (plan: Plan): number => {
  const last = plan.at(-1)
  if (last === undefined) return 0
  return last.atMs + Math.max(0, ...last.faults.map(expectedMs)) + last.restMs
}

/** So many processes are killed, if everything comes as planned. */
export const killsIn = (plan: Plan): number =>
  plan.flatMap(({ faults }) => faults).reduce((kills, fault) => kills + killsOf(fault), 0)

export const killsOf = (fault: Fault): number => {
  if (fault.fault === 'kill') return fault.targets.length
  return fault.fault === 'crash-point' && fault.action === 'kill' ? 1 : 0
}

/** Until the system is likely to work again; a longer one moves the rest of the plan. */
export const expectedMs = (fault: Fault): number => {
  switch (fault.fault) {
    case 'kill':
    case 'restart': {
      const downMs = fault.fault === 'kill' ? fault.downMs : 1_000
      return downMs + (fault.targets.includes('broker') ? 9_000 : 2_500)
    }
    case 'freeze':
    case 'black-hole':
    case 'delay':
    case 'slice':
    case 'disk-full':
    case 'clock':
      return fault.forMs + 1_000
    case 'lock':
      return (fault.afterMs ?? 0) + fault.forMs + 1_000
    case 'crash-point':
      return (fault.afterMs ?? 0) + (fault.action === 'freeze' ? fault.forMs : 500) + 2_500
    case 'cut':
    case 'terminate-backends':
    case 'rebalances':
      return fault.times * fault.everyMs + 1_000
    case 'lose':
    case 'lose-commit':
      return 2_000
    case 'compact':
    case 'rewind':
      return 6_000
    case 'forget':
      return fault.downMs + 6_000
    case 'crossed-aborts':
      return 1_000
    case 'poison':
      return 500
    default:
      return fault satisfies never
  }
}
