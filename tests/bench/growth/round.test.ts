import { expect, test } from 'bun:test'
import { accountsOf } from './round.ts'

const size = (accounts: number) => ({ accounts, rows: accounts, partitions: 4 })

test('of many accounts no round has one that another has, and they are all over the table', () => {
  const names = [0, 1, 2].flatMap((round) => accountsOf(size(1_000_000), round, 5_000))
  expect(new Set(names).size).toBe(15_000)
  const tenths = new Set(names.map((name) => Math.floor(Number(name.slice(6)) / 100_000)))
  expect(tenths.size).toBe(10)
})

test('of few accounts each takes part', () => {
  const names = accountsOf(size(1_000), 2, 5_000)
  expect(new Set(names).size).toBe(1_000)
})
