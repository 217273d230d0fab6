import { expect, test } from 'bun:test'
import { parseOptions } from './options.ts'

const DEFAULTS = {
  accounts: [1_000, 100_000, 1_000_000],
  rows: [100_000, 1_000_000, 10_000_000],
  partitions: [4, 1, 12],
  orders: 8_000,
  connections: 16,
  rate: 200,
  rounds: 3,
  out: false,
}

test.each([
  ['without options, the measurements of the README', '', {}],
  [
    'other sizes',
    '--accounts 10,20 --rows 30,40 --partitions 2',
    { accounts: [10, 20], rows: [30, 40], partitions: [2] },
  ],
  [
    'the rest',
    '--orders 50 --connections 4 --rate 20 --rounds 1 --out',
    { orders: 50, connections: 4, rate: 20, rounds: 1, out: true },
  ],
])('%s', (_name, line, expected) => {
  const words = line === '' ? [] : line.split(' ')
  expect(parseOptions(words)).toEqual({ kind: 'run', options: { ...DEFAULTS, ...expected } })
})

test.each([
  ['a gap in a list', '--partitions 4,', '--partitions must be a whole number from 1 to 100'],
  ['more accounts than rows', '--accounts 10,200 --rows 100', '--rows: every account has a row'],
  ['fewer rows than any account has', '--accounts 10 --rows 5,100', '--rows: every account has'],
  ['a word that means nothing', '--quick', '--quick'],
])('%s is refused', (_name, line, why) => {
  expect(parseOptions(line.split(' '))).toEqual({
    kind: 'wrong',
    why: expect.stringContaining(why),
  })
})

test('help is given', () => {
  expect(parseOptions(['--help'])).toEqual({ kind: 'help' })
})
