import { expect, test } from 'bun:test'
import { comparisonTable, figure, times } from './comparison-table.ts'

test('each measure has a line', () => {
  const lines = comparisonTable({ measured: 'billing', baseline: 'streams' }, [
    {
      name: 'outcomes',
      unit: 'per second',
      measured: [3_000, 2_000, 4_000],
      baseline: [1_000, 2_000, 1_600],
      aim: { bound: 'at least', ratio: 1.5 },
    },
  ]).split('\n')
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['median of the rounds', 'billing', 'streams', 'ratio of each round', 'median', 'aim'],
    ['outcomes', '3,000/s', '1,600/s', '3× 1× 2.5×', '2.5×', 'at least 1.5×'],
  ])
})

test.each([
  [1234.5, 'µs', '1,235 µs'],
  [12.34, 'ms', '12.3 ms'],
  [1.234, 's', '1.23 s'],
  [99.9, 'MB', '100 MB'],
  [Number.NaN, 'MB', '-'],
] as const)('%p %s is written %s', (value, unit, expected) => {
  expect(figure(value, unit)).toBe(expected)
})

test.each([
  [0.123, '0.12×'],
  [12.34, '12×'],
  [Number.NaN, '-'],
])('the ratio %p is written %s', (ratio, expected) => {
  expect(times(ratio)).toBe(expected)
})
