import { expect, test } from 'bun:test'
import { parseOptions } from './options.ts'

const DEFAULTS = {
  accounts: [10_000, 1_000_000],
  partitions: 4,
  rounds: 3,
  commitIntervalMs: 100,
  out: false,
}

test.each([
  ['without options, the measurements of the README', [], {}],
  ['one number of accounts', ['--accounts', '500'], { accounts: [500] }],
  [
    'the rest',
    ['--rounds', '1', '--partitions', '8', '--out'],
    { rounds: 1, partitions: 8, out: true },
  ],
  ['how often Streams commits', ['--commit-interval', '10'], { commitIntervalMs: 10 }],
])('%s', (_name, words, expected) => {
  expect(parseOptions(words)).toEqual({ kind: 'run', options: { ...DEFAULTS, ...expected } })
})

test.each([
  ['too few accounts', ['--accounts', '99'], '--accounts must be a whole number from 100'],
  ['a gap in the list', ['--accounts', '500,'], '--accounts must be'],
])('%s is refused', (_name, words, why) => {
  expect(parseOptions(words)).toEqual({ kind: 'wrong', why: expect.stringContaining(why) })
})
