import { expect, test } from 'bun:test'
import { readCounts, readFailures } from './counts.ts'

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

const OUTPUT = `tests/a.test.ts:
(pass) is right [1ms]
12 |   expect(1).toBe(2)
error: expected
(fail) is wrong [2ms]
(skip) is elsewhere
noise
(pass) is right, too

1 tests failed:
(fail) is wrong [2ms]

 1 fail`

test('of a stage that failed, only what the failed tests said is told again', () => {
  expect(readFailures(OUTPUT)).toBe(
    '12 |   expect(1).toBe(2)\nerror: expected\n(fail) is wrong [2ms]',
  )
})
test('of a stage without a failed test, the end is told again', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`)
  const told = readFailures(lines.join('\n')).split('\n')
  expect([told[0], told.at(-1)]).toEqual(['line 40', 'line 99'])
})
