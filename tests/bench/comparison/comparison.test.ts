import { expect, test } from 'bun:test'
import { median, ratiosOf } from './comparison.ts'

test.each([
  ['of one', [7], 7],
  ['of three, not sorted', [100, 3, 20], 20],
  ['of four, between the middle ones', [4, 1, 2, 3], 2.5],
  ['that was never reached', [1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], Infinity],
  ['of none', [], Number.NaN],
])('the median %s', (_name, values, expected) => {
  expect(median(values)).toBe(expected)
})

test('each round has a ratio of its own', () => {
  const rounds = { measured: [30, 10, 5], baseline: [10, 20, 5] }
  const ratios = ratiosOf({ name: 'any', unit: 'ms', aim: undefined, ...rounds })
  expect(ratios).toEqual([3, 0.5, 1])
})

test('a round that one of them did not finish has none', () => {
  const rounds = { measured: [30, 10], baseline: [10] }
  expect(ratiosOf({ name: 'any', unit: 'ms', aim: undefined, ...rounds })).toEqual([3, Number.NaN])
})
