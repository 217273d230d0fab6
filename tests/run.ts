import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCounts } from './counts.ts'

/**
 * Every check and test, from the fastest to the slowest: `bun run test`. All stages run even when
 * one fails; the last line counts, and the exit code is 0 only when nothing failed.
 */

type Stage = { name: string; command: string[]; isTest: boolean }

const LONGEST_TEST_MS = 240_000
const check = (name: string, ...command: string[]): Stage => ({ name, command, isTest: false })
const tests = (name: string, ...paths: string[]): Stage => ({
  name,
  command: ['bun', 'test', '--timeout', String(LONGEST_TEST_MS), ...paths],
  isTest: true,
})

const STAGES: readonly Stage[] = [
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
  ),
  // The first time it builds them; apart from the tests, so that none of these waits for minutes.
  check('helm and its like', 'bun', 'deploy/tools/tools.ts'),
  tests('charts', 'tests/charts'),
  tests('bad input', 'tests/edge'),
  tests('postgres', 'tests/flow'),
  tests('broker', 'tests/exactly-once', 'tests/libraries'),
  tests('security', 'tests/security'),
  tests('local runner', 'tests/support'),
  tests('images', 'tests/images'),
  tests('whole system', 'tests/system'),
  tests('observability', 'tests/observability'),
  tests('faults', 'tests/faults'),
]

type Result = { name: string; passed: number; failed: number; skipped: number; seconds: number }

const runStage = async ({ name, command, isTest }: Stage, folder: string): Promise<Result> => {
  console.log(`\n── ${name} ── ${command.join(' ')}`)
  const startedAt = performance.now()
  const report = join(folder, `${name.replaceAll(' ', '-')}.xml`)
  const reporting = isTest ? ['--reporter=junit', `--reporter-outfile=${report}`] : []
  const child = Bun.spawn([...command, ...reporting], { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await child.exited
  const seconds = (performance.now() - startedAt) / 1_000
  const counts = isTest
    ? readCounts(
        await Bun.file(report)
          .text()
          .catch(() => ''),
      )
    : { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 }
  // Whatever the report says: a stage that ended badly, or ran nothing, has not passed.
  const isBad = code !== 0 || counts.passed + counts.failed === 0
  return { name, ...counts, failed: isBad ? Math.max(1, counts.failed) : counts.failed, seconds }
}

const folder = await mkdtemp(join(tmpdir(), 'exactly-once-reports-'))
const results: Result[] = []
for (const stage of STAGES) results.push(await runStage(stage, folder))
await rm(folder, { recursive: true })

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
