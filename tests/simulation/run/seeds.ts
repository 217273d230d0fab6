import { scenarioOf } from './generate.ts'
import type { Scenario } from './scenario.ts'
import { type Outcome, simulate } from './simulation.ts'

export type SeedsOptions = {
  from: number
  seeds: number
  /** In each seed's scenario. */
  operations: number
  stopAtFirst?: boolean
  onSeed?: (seed: number, outcome: Outcome) => void
}

export type SeedsReport = {
  seeds: number
  operations: number
  steps: number
  virtualMs: number
  failures: { seed: number; violations: string[] }[]
  /** Everything that was seen, and in how many seeds nothing of it. */
  seen: Record<string, number>
}

/** Simulates one seed after the other, each from the event loop. */
export const simulateSeeds = async (options: SeedsOptions): Promise<SeedsReport> => {
  const { from, seeds, operations, stopAtFirst = false, onSeed } = options
  const report: SeedsReport = {
    seeds: 0,
    operations: 0,
    steps: 0,
    virtualMs: 0,
    failures: [],
    seen: {},
  }
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await simulateApart(scenarioOf(seed, operations))
    report.seeds += 1
    report.operations += outcome.operations
    report.steps += outcome.steps
    report.virtualMs += outcome.ms
    for (const [what, times] of outcome.seen) {
      report.seen[what] = (report.seen[what] ?? 0) + times
    }
    onSeed?.(seed, outcome)
    if (outcome.violations.length === 0) continue
    report.failures.push({ seed, violations: outcome.violations })
    if (stopAtFirst) break
  }
  return report
}

/** In a turn of the event loop of its own; a promise that nobody handled is a violation too. */
export const simulateApart = (
  scenario: Scenario,
  trace?: (line: string) => void,
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const unhandled: string[] = []
    const note = (reason: unknown) => unhandled.push(`nobody handled: ${String(reason)}`)
    process.on('unhandledRejection', note)
    setTimeout(() => {
      let outcome: Outcome
      try {
        outcome = simulate(scenario, trace)
      } catch (error) {
        process.off('unhandledRejection', note)
        return reject(error)
      }
      // Rejections are told after the turn in which they came to be.
      setTimeout(() => {
        process.off('unhandledRejection', note)
        resolve({ ...outcome, violations: [...outcome.violations, ...unhandled] })
      }, 0)
    }, 0)
  })
