import { expect, test } from 'bun:test'
import { perSecondBetween } from './growth.ts'

const growth = [
  { at: 1_000, total: 10 },
  { at: 2_000, total: 40 },
  { at: 2_500, total: 80 },
  { at: 4_000, total: 200 },
]

test.each([
  ['from the first look that had enough', 20, 200, 80],
  ['what came before does not count', 80, 200, 80],
  ['from the very first', 1, 80, (70 * 1000) / 1_500],
  ['never reached', 20, 201, undefined],
  ['both at one look say nothing', 90, 200, undefined],
])('%s', (_name, from, to, expected) => {
  expect(perSecondBetween(growth, from, to)).toBe(expected)
})
