import { expect, test } from 'bun:test'
import { nameOf, sizesOf } from './sizes.ts'

test('one thing grows at a time, and at last accounts and rows together', () => {
  const { smallest, others } = sizesOf({
    accounts: [100_000, 10],
    rows: [1_000, 1_000_000],
    partitions: [4, 12],
  })
  expect(smallest).toEqual({ accounts: 10, rows: 10, partitions: 4 })
  expect(others.map(({ accounts, rows, partitions }) => [accounts, rows, partitions])).toEqual([
    [100_000, 100_000, 4],
    [10, 1_000, 4],
    [10, 1_000_000, 4],
    [100_000, 1_000_000, 4],
    [10, 10, 12],
  ])
})

test('what is the same is measured once', () => {
  expect(sizesOf({ accounts: [10], rows: [10, 20], partitions: [4] }).others).toEqual([
    { accounts: 10, rows: 20, partitions: 4 },
  ])
})

test('a size is named by its numbers', () => {
  expect(nameOf({ accounts: 1_000, rows: 10_000, partitions: 1 })).toBe(
    '1,000 accounts, 10,000 rows, 1 partition',
  )
})
