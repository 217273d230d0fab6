import { runCommand, WrongUseError } from '../support/command-line.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { scenarioOf } from './run/generate.ts'
import type { Scenario } from './run/scenario.ts'
import { type SeedsReport, simulateApart, simulateSeeds } from './run/seeds.ts'
import { shrink } from './run/shrink.ts'
import { inWorkers } from './run/workers.ts'

/**
 * `bun run simulate`: the services on a virtual clock, over a log and stores in memory, for many
 * seeds. One seed again, with everything that happens: `--seed 17 --trace`.
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
  console.log(`again: bun run simulate --scenario ${file} --trace`)
}

const commit = (): string =>
  Bun.spawnSync(['git', 'rev-parse', '--short', 'HEAD']).stdout.toString().trim() || 'unknown'

const many = async (options: Options): Promise<number> => {
  const { from, seeds, operations, workers, stopAtFirst, isSeenShown } = options
  const startedAt = performance.now()
  const report = await simulate({
    from,
    seeds,
    operations,
    workers,
    stopAtFirst,
    onProgress: (done, failures) => {
      if (done % 100 > 0) return
      const minutes = (performance.now() - startedAt) / 60_000
      console.log(`${done} seeds, ${Math.round(done / minutes)} a minute, ${failures} failed`)
    },
  })
  if (isSeenShown) console.table(report.seen)
  for (const { seed, violations } of report.failures.slice(0, 5)) {
    console.log(`\nSEED ${seed} of commit ${commit()}:`)
    for (const violation of violations.slice(0, SHOWN)) console.log(`  ${violation}`)
    console.log(`again: bun run simulate --seed ${seed} --operations ${operations} --trace`)
    await explain(seed, operations)
  }
  const each = Math.round((report.seeds / report.seconds) * 60)
  console.log(
    `${report.seeds} seeds from ${from}, ${report.operations} operations, ${Math.round(report.virtualMs / 1_000)} virtual seconds in ${Math.round(report.seconds)} s: ${each} seeds a minute, ${report.failures.length} failed`,
  )
  return report.failures.length
}

/** Of one history that was asked for by name; nothing when it was not. */
const askedFor = async ({ seed, scenario, operations }: Options): Promise<Scenario | undefined> => {
  if (scenario !== undefined) return readScenario(scenario)
  return seed === undefined ? undefined : scenarioOf(seed, operations)
}

const readScenario = async (file: string): Promise<Scenario> => {
  if (!(await Bun.file(file).exists())) throw new WrongUseError(`there is no ${file}`)
  const read: unknown = await Bun.file(file)
    .json()
    .catch(() => undefined)
  if (!isScenario(read)) throw new WrongUseError(`${file} is no scenario`)
  return read
}

/** Only `explain` writes them, so one look tells. */
const isScenario = (read: unknown): read is Scenario =>
  typeof read === 'object' && read !== null && 'climate' in read && 'operations' in read

const carryOut = async (options: Options): Promise<number> => {
  const scenario = await askedFor(options)
  const failed = scenario === undefined ? await many(options) : await one(scenario, options.trace)
  return failed === 0 ? 0 : 1
}

if (import.meta.main) {
  process.exit(await runCommand(parseOptions(process.argv.slice(2)), HELP, carryOut))
}
