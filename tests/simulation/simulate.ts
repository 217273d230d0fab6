import { parseArgs } from 'node:util'
import { scenarioOf } from './run/generate.ts'
import type { Scenario } from './run/scenario.ts'
import { type SeedsReport, simulateApart, simulateSeeds } from './run/seeds.ts'
import { shrink } from './run/shrink.ts'
import { inWorkers } from './run/workers.ts'

/**
 * Simulates the services on a virtual clock, a log and stores in memory, for many seeds:
 * `bun tests/simulation/simulate.ts --seeds 2000 --from 1 --operations 200 --workers 2`.
 * One seed again, with everything that happens: `--seed 17 --trace`.
 */

const OPERATIONS = 200
const SHOWN = 12

export type Simulated = SeedsReport & { seconds: number }

/** Runs so many seeds in so many processes. */
export const simulate = async (options: {
  from: number
  seeds: number
  operations?: number
  workers?: number
  stopAtFirst?: boolean
  onProgress?: (done: number, failures: number) => void
}): Promise<Simulated> => {
  const { from, seeds, operations = OPERATIONS, workers = 1, stopAtFirst = false } = options
  const startedAt = performance.now()
  const plan = { from, seeds, operations, stopAtFirst }
  const report =
    workers > 1
      ? await inWorkers(plan, workers, options.onProgress)
      : await simulateSeeds({ ...plan, onSeed: progress(options.onProgress) })
  return { ...report, seconds: (performance.now() - startedAt) / 1_000 }
}

const progress = (tell: ((done: number, failures: number) => void) | undefined) => {
  let done = 0
  let failures = 0
  return (_seed: number, { violations }: { violations: readonly string[] }): void => {
    done += 1
    if (violations.length > 0) failures += 1
    tell?.(done, failures)
  }
}

const one = async (scenario: Scenario, isTraced: boolean): Promise<number> => {
  const trace = isTraced ? (line: string) => console.log(line) : undefined
  const outcome = await simulateApart(scenario, trace)
  for (const violation of outcome.violations) console.log(violation)
  console.log(
    `seed ${scenario.seed}: ${outcome.violations.length} violations, ${outcome.operations} operations, ${outcome.steps} steps, ${Math.round(outcome.ms)} virtual ms`,
  )
  return outcome.violations.length
}

/** Writes down the smallest history that shows it, and how to play that. */
const explain = async (seed: number, operations: number): Promise<void> => {
  const scenario = scenarioOf(seed, operations)
  const smallest = await new Promise<Scenario>((resolve) => {
    setTimeout(() => resolve(shrink(scenario)), 0)
  })
  const outcome = await simulateApart(smallest)
  const file = `.local/simulated/${seed}.json`
  await Bun.write(file, JSON.stringify(smallest, null, 2))
  console.log(
    `shrunk to ${smallest.operations.length} of ${scenario.operations.length} operations and ${smallest.faults.length} of ${scenario.faults.length} faults:`,
  )
  for (const fault of smallest.faults) console.log(`  ${JSON.stringify(fault)}`)
  for (const violation of outcome.violations.slice(0, SHOWN)) console.log(`  ${violation}`)
  console.log(`again: bun tests/simulation/simulate.ts --scenario ${file} --trace`)
}

const commit = (): string =>
  Bun.spawnSync(['git', 'rev-parse', '--short', 'HEAD']).stdout.toString().trim() || 'unknown'

const many = async (values: Values): Promise<number> => {
  const [from, seeds] = [Number(values.from), Number(values.seeds)]
  const operations = Number(values.operations)
  const startedAt = performance.now()
  const report = await simulate({
    from,
    seeds,
    operations,
    workers: Number(values.workers),
    stopAtFirst: values['stop-at-first'],
    onProgress: (done, failures) => {
      if (done % 100 > 0) return
      const minutes = (performance.now() - startedAt) / 60_000
      console.log(`${done} seeds, ${Math.round(done / minutes)} a minute, ${failures} failed`)
    },
  })
  if (values.seen) console.table(report.seen)
  for (const { seed, violations } of report.failures.slice(0, 5)) {
    console.log(`\nSEED ${seed} of commit ${commit()}:`)
    for (const violation of violations.slice(0, SHOWN)) console.log(`  ${violation}`)
    console.log(
      `again: bun tests/simulation/simulate.ts --seed ${seed} --operations ${operations} --trace`,
    )
    await explain(seed, operations)
  }
  const each = Math.round((report.seeds / report.seconds) * 60)
  console.log(
    `${report.seeds} seeds from ${from}, ${report.operations} operations, ${Math.round(report.virtualMs / 1_000)} virtual seconds in ${Math.round(report.seconds)} s: ${each} seeds a minute, ${report.failures.length} failed`,
  )
  return report.failures.length
}

const OPTIONS = {
  seeds: { type: 'string', default: '2000' },
  from: { type: 'string', default: '1' },
  operations: { type: 'string', default: String(OPERATIONS) },
  workers: { type: 'string', default: '2' },
  seed: { type: 'string' },
  scenario: { type: 'string' },
  trace: { type: 'boolean', default: false },
  seen: { type: 'boolean', default: false },
  'stop-at-first': { type: 'boolean', default: false },
} as const

const read = () => parseArgs({ options: OPTIONS, args: process.argv.slice(2) }).values
type Values = ReturnType<typeof read>

const askedFor = async ({ seed, scenario, operations }: Values): Promise<Scenario | undefined> => {
  if (scenario !== undefined) return (await Bun.file(scenario).json()) as Scenario
  return seed === undefined ? undefined : scenarioOf(Number(seed), Number(operations))
}

if (import.meta.main) {
  const values = read()
  const scenario = await askedFor(values)
  const failed = scenario === undefined ? await many(values) : await one(scenario, values.trace)
  process.exit(failed === 0 ? 0 : 1)
}
