import { expect, test } from 'bun:test'
import { accountName, indexOf, transactionAt, transactionsOf } from './transactions.ts'

const ACCOUNTS = 7
const stream = Array.from({ length: 200 }, (_, index) => transactionAt(index, ACCOUNTS))

test('every account is numbered without gaps, beginning with a deposit', () => {
  for (const list of Map.groupBy(stream, ({ account }) => account).values()) {
    expect(list[0]?.type).toBe('deposit')
    expect(list.map(({ sequence }) => sequence)).toEqual(list.map((_, index) => index + 1))
  }
})

test('no hash and no order occurs twice', () => {
  const orders = stream.flatMap((each) => (each.type === 'payment' ? [each.orderId] : []))
  expect(new Set(orders).size).toBe(orders.length)
  expect(new Set(stream.map(({ hash }) => hash)).size).toBe(stream.length)
})

test('the index is found again from account and number', () => {
  const found = stream.map(({ account, sequence }) => indexOf(account, sequence, ACCOUNTS))
  expect(found).toEqual(stream.map((_, index) => index))
})

test.each([0, 1, 6, 7, 8, 200])(
  'of the first %p, each account has what it is said to have',
  (count) => {
    for (let account = 0; account < ACCOUNTS; account++) {
      const own = stream.slice(0, count).filter((each) => each.account === accountName(account))
      expect(transactionsOf(account, count, ACCOUNTS)).toBe(own.length)
    }
  },
)
