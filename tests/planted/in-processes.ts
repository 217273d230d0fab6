import type { Fault } from '../faults/plan/fault.ts'
import type { Plan } from '../faults/plan/plan.ts'
import { runFaults } from '../faults/run/run.ts'
import { type Finding, namesOf } from './finding.ts'
import { OCCASIONS } from './occasions.ts'

const SEED = 1
const LOAD_MS = 12_000
const REST_MS = 1_500
const SETTLE_MS = 45_000

/** Looks for a bug between real processes: its occasion under a load, then the checker. */
export const lookInProcesses = async (
  name: string,
  sources: string,
  folder: string,
): Promise<Finding> => {
  const plan = planFor(OCCASIONS[name] ?? [])
  const startedAt = performance.now()
  const report = await runFaults({ seed: SEED, plan, folder, sources, settleMs: SETTLE_MS })
  const after = `${Math.round((performance.now() - startedAt) / 1_000)} s`
  const by = namesOf(report.violations.map(({ invariant }) => invariant))
  return by.length === 0 ? { found: false, after } : { found: true, by, after }
}

/** Everything of the occasion, between two stretches of nothing but load. */
const planFor = (occasion: readonly (readonly Fault[])[]): Plan => {
  const quiet = { faults: [], restMs: LOAD_MS / 2 }
  const steps = occasion.map((faults) => ({ faults: [...faults], restMs: REST_MS }))
  return [quiet, ...steps, quiet].map((step) => ({ atMs: 0, ...step }))
}
