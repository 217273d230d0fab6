import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCounts, readFailures } from './counts.ts'

/**
 * Every check and test: `bun run test`. First what is fast, then the rest in two lanes, because
 * most of it waits for others most of the time. All stages run even when one fails; what failed is
 * told again at the end, the last line counts, and the exit code is 0 only when nothing failed.
 */

type Stage = { name: string; command: string[]; isTest: boolean }

const LONGEST_TEST_MS = 240_000
const check = (name: string, ...command: string[]): Stage => ({ name, command, isTest: false })
const tests = (name: string, ...paths: string[]): Stage => ({
  name,
  command: ['bun', 'test', '--timeout', String(LONGEST_TEST_MS), ...paths],
  isTest: true,
})

const FIRST: readonly Stage[] = [
  check('format', 'bunx', 'biome', 'check', '.'),
  check('lint', 'bunx', 'oxlint', '--type-aware', '--deny-warnings'),
  check('types', 'bunx', 'tsc'),
  tests(
    'fast',
    ...'./order ./billing ./notification ./shared ./deploy ./tests/bench'.split(' '),
    './tests/tidy.test.ts',
    './tests/contract.test.ts',
    './tests/counts.test.ts',
    './tests/planted',
    './tests/faults/check',
  ),
  // Both cores are its own: the number of histories is what a machine simulates in a minute.
  tests('simulation', 'tests/simulation/simulation.test.ts'),
  // The first time it builds them; apart from the tests, so that none of these waits for minutes.
  check('helm and its like', 'bun', 'deploy/tools/tools.ts'),
  // The tests start some forty brokers.
  check('classes of Kafka', 'bun', 'deploy/local/learn-kafka.ts'),
]

/** The longest first, so that both lanes end at about the same time. */
const THEN: readonly Stage[] = [
  tests('a run of faults', 'tests/faults/faults.test.ts'),
  tests('disaster', 'tests/disaster'),
  tests(
    'fault harness',
    ...['cluster', 'proxy', 'dump', 'history', 'load', 'nemesis', 'plan', 'report'].map(
      (part) => `tests/faults/${part}`,
    ),
    'tests/faults/options.test.ts',
    'tests/faults/command.test.ts',
  ),
  tests(
    'contract of the simulation',
    'tests/simulation/contract',
    'tests/simulation/options.test.ts',
  ),
  tests('charts', 'tests/charts'),
  tests('bad input', 'tests/edge'),
  tests('postgres', 'tests/flow'),
  tests('broker', 'tests/exactly-once', 'tests/libraries'),
  tests('security', 'tests/security'),
  tests('local runner', 'tests/support'),
  tests('images', 'tests/images'),
  tests('whole system', 'tests/system'),
  tests('observability', 'tests/observability'),
]

type Result = { name: string; passed: number; failed: number; skipped: number; seconds: number }

/** By stage. */
const failures: string[] = []

const runStage = async ({ name, command, isTest }: Stage, folder: string): Promise<Result> => {
  console.log(`── ${name} begins: ${command.join(' ')}`)
  const startedAt = performance.now()
  const report = join(folder, `${name.replaceAll(' ', '-')}.xml`)
  const reporting = isTest ? ['--reporter=junit', `--reporter-outfile=${report}`] : []
  // Kept until the end, or the lines of two stages would be read as one.
  const output = Bun.file(join(folder, `${name.replaceAll(' ', '-')}.log`))
  const child = Bun.spawn(['sh', '-c', '"$@" 2>&1', '-', ...command, ...reporting], {
    stdio: ['ignore', output, 'inherit'],
  })
  const code = await child.exited
  const seconds = (performance.now() - startedAt) / 1_000
  console.log(`\n── ${name} ──\n${await output.text()}`)
  const counts = isTest
    ? readCounts(
        await Bun.file(report)
          .text()
          .catch(() => ''),
      )
    : { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 }
  // Whatever the report says: a stage that ended badly, or ran nothing, has not passed.
  const isBad = code !== 0 || counts.passed + counts.failed === 0
  if (isBad) failures.push(`── ${name} failed ──\n${readFailures(await output.text())}`)
  return { name, ...counts, failed: isBad ? Math.max(1, counts.failed) : counts.failed, seconds }
}

const folder = await mkdtemp(join(tmpdir(), 'exactly-once-reports-'))
const results: Result[] = []
for (const stage of FIRST) results.push(await runStage(stage, folder))
const waiting = [...THEN]
const lane = async (): Promise<void> => {
  for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
    results.push(await runStage(stage, folder))
  }
}
await Promise.all([lane(), lane()])
await rm(folder, { recursive: true })

for (const failure of failures) console.log(`\n${failure}\n`)
const sum = (of: (result: Result) => number): number =>
  results.reduce((total, result) => total + of(result), 0)
console.table(results.map((result) => ({ ...result, seconds: Math.round(result.seconds) })))
const [passed, failed, skipped] = [
  sum((result) => result.passed),
  sum((result) => result.failed),
  sum((result) => result.skipped),
]
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed === 0 ? 0 : 1)
