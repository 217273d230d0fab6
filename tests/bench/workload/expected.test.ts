import { expect, test } from 'bun:test'
import { TOPICS } from '../../../billing/events.ts'
import { expectedAfter } from './expected.ts'

const { written, accounts } = expectedAfter(1_000, 10)

const recordsOf = (topic: string): number =>
  [...written]
    .filter(([name]) => name.startsWith(`${topic} `))
    .reduce((sum, [, { count }]) => sum + count, 0)

test('every transaction has a line in the journal, and every payment an outcome', () => {
  expect(recordsOf(TOPICS.journal)).toBe(1_000)
  expect(recordsOf(TOPICS.approved) + recordsOf(TOPICS.rejected)).toBe(750)
})

test('both outcomes occur', () => {
  expect(recordsOf(TOPICS.approved)).toBeGreaterThan(100)
  expect(recordsOf(TOPICS.rejected)).toBeGreaterThan(10)
})

test('every account ends with its last transaction', () => {
  expect([...accounts.values()].map(({ sequence }) => sequence)).toEqual(Array(10).fill(100))
})
