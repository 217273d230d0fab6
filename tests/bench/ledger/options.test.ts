import { expect, test } from 'bun:test'
import { parseOptions } from './options.ts'

const read = (line: string) => parseOptions(line === '' ? [] : line.split(' '))

test('without options, the measurements of the README', () => {
  expect(read('')).toMatchObject({
    kind: 'run',
    options: { transactions: 200_000, accounts: 10_000, rounds: 3, rates: [200, 1_000] },
  })
})

test('every option is read', () => {
  const line =
    '--transactions 2000 --accounts 9 --partitions 2 --rounds 5 --rates 50 --seconds 3 --commit-interval 10 --out'
  expect(read(line)).toEqual({
    kind: 'run',
    options: {
      transactions: 2_000,
      accounts: 9,
      partitions: 2,
      rounds: 5,
      rates: [50],
      seconds: 3,
      commitIntervalMs: 10,
      out: true,
    },
  })
})

test.each([
  ['no round', '--rounds 0', '--rounds must be a whole number'],
  [
    'a rate that is no number',
    '--rates 200,fast',
    "--rates must be a whole number from 1 to 100000, not 'fast'",
  ],
  ['a word that means nothing', '--quick', '--quick'],
])('%s is refused', (_name, line, why) => {
  expect(read(line)).toEqual({ kind: 'wrong', why: expect.stringContaining(why) })
})

test('help is given', () => {
  expect(read('-h')).toEqual({ kind: 'help' })
})
