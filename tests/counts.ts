export type Counts = { passed: number; failed: number; skipped: number }

/** What a JUnit report counts; all zero when there is none. */
export const readCounts = (junit: string): Counts => {
  const root = junit.match(/<testsuites\b[^>]*>/)?.[0] ?? ''
  const count = (name: string): number =>
    Number(root.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0)
  const [failed, skipped] = [count('failures') + count('errors'), count('skipped')]
  return { passed: count('tests') - failed - skipped, failed, skipped }
}

/** So much of a stage that failed without a test that did. */
const LAST_LINES = 60
/** Bun's own repetition of the names. */
const REPEATED = /^\d+ tests? failed:$/
const ENDS_A_TEST = /^\((pass|fail|skip|todo)\) |^\S+\.test\.ts:$/

/** Of the output of a stage that failed, what each test said that did; else how the output ends. */
export const readFailures = (output: string): string => {
  const lines = output.split('\n')
  const failures: string[] = []
  let said: string[] = []
  for (const line of lines) {
    if (REPEATED.test(line)) break
    said.push(line)
    if (!ENDS_A_TEST.test(line)) continue
    if (line.startsWith('(fail) ')) failures.push(...said)
    said = []
  }
  return (failures.length > 0 ? failures : lines.slice(-LAST_LINES)).join('\n')
}
