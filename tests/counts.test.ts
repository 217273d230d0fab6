import { expect, test } from 'bun:test'
import { readCounts } from './counts.ts'

test.each([
  [
    'a report',
    '<testsuites name="bun test" tests="7" failures="2" skipped="1" time="1">',
    [4, 2, 1],
  ],
  ['a report with errors', '<testsuites tests="3" failures="0" errors="1" skipped="0">', [2, 1, 0]],
  ['no report', '', [0, 0, 0]],
] as const)('%s', (_name, junit, expected) => {
  const { passed, failed, skipped } = readCounts(junit)
  expect([passed, failed, skipped]).toEqual([...expected])
})
