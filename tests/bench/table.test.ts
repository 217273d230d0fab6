import { expect, test } from 'bun:test'
import { milliseconds, table } from './table.ts'

test('names stand to the left, figures to the right', () => {
  const rows = [
    ['what', 'p50', ''],
    ['orders accepted', '9.5 ms', 'x'],
    ['reads', '12.0 ms', ''],
  ]
  expect(table(rows).split('\n')).toEqual([
    'what                 p50',
    'orders accepted   9.5 ms  x',
    'reads            12.0 ms',
  ])
})

test.each([
  [undefined, '-'],
  [Number.POSITIVE_INFINITY, 'never'],
  [0.04, '0.0 ms'],
  [99.94, '99.9 ms'],
  [1234.5, '1,235 ms'],
])('%p is written %s', (value, expected) => {
  expect(milliseconds(value)).toBe(expected)
})
