import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { percentilesOf } from './percentiles.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test.each([
  ['one sample is every percentile', [7], { p50: 7, p95: 7, p99: 7, max: 7 }],
  ['of two, the lower is the median', [9, 3], { p50: 3, p95: 9, p99: 9, max: 9 }],
  ['of a hundred, each is its rank', upTo(100), { p50: 50, p95: 95, p99: 99, max: 100 }],
  ['of twenty, p99 is the largest', upTo(20), { p50: 10, p95: 19, p99: 20, max: 20 }],
  ['numbers are not sorted as text', [100, 20, 3], { p50: 20, p95: 100, p99: 100, max: 100 }],
  [
    'what never came counts as the slowest',
    [1, Number.POSITIVE_INFINITY],
    { p50: 1, p95: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  ],
])('%s', (_name, samples, expected) => {
  expect(percentilesOf(samples)).toMatchObject(expected)
})

test('without samples there is nothing to say', () => {
  expect(percentilesOf([])).toBeUndefined()
})

test('at least 95 of a hundred samples do not exceed p95, fewer stay below it', () => {
  const samples = fc.array(fc.double({ noNaN: true, min: 0 }), { minLength: 1 })
  fc.assert(
    fc.property(samples, (values) => {
      const p95 = percentilesOf(values)?.p95 ?? Number.NaN
      const share = (count: number) => (count * 100) / values.length
      expect(values).toContain(p95)
      expect(share(values.filter((value) => value <= p95).length)).toBeGreaterThanOrEqual(95)
      expect(share(values.filter((value) => value < p95).length)).toBeLessThan(95)
    }),
  )
})
