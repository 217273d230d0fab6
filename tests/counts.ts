export type Counts = { passed: number; failed: number; skipped: number }

/** What a JUnit report counts; all zero when there is none. */
export const readCounts = (junit: string): Counts => {
  const root = junit.match(/<testsuites\b[^>]*>/)?.[0] ?? ''
  const count = (name: string): number =>
    Number(root.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0)
  const [failed, skipped] = [count('failures') + count('errors'), count('skipped')]
  return { passed: count('tests') - failed - skipped, failed, skipped }
}
