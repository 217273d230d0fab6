import { describe, expect, test } from 'bun:test'
import { type Outcome, repeat, settle, statusAfter } from './order.ts'

const approved: Outcome = { orderId: 7, outcome: 'approved', reason: null }
const rejected: Outcome = { orderId: 7, outcome: 'rejected', reason: 'insufficient_funds' }

describe('a hash that was used before', () => {
  const earlier = { orderId: 7, account: 'ada', amount: 500n, hash: 'h' }
  test.each([
    ['with the same wish', { account: 'ada', amount: 500n, hash: 'h' }, 'repeated'],
    ['with another amount', { account: 'ada', amount: 501n, hash: 'h' }, 'hash_reused'],
    ['with another account', { account: 'bob', amount: 500n, hash: 'h' }, 'hash_reused'],
  ] as const)('%s', (_name, request, expected) => {
    expect(repeat(earlier, request).type).toBe(expected)
  })
})

describe('an outcome', () => {
  test.each([
    ['settles a pending order', 'PENDING', approved, 'settled'],
    ['settles a pending order', 'PENDING', rejected, 'settled'],
    ['that comes again changes nothing', 'COMPLETE', approved, 'repeated'],
    ['that comes again changes nothing', 'FAILED', rejected, 'repeated'],
    ['that contradicts an earlier one is a conflict', 'COMPLETE', rejected, 'conflict'],
    ['that contradicts an earlier one is a conflict', 'FAILED', approved, 'conflict'],
    ['of an order that is not known is not lost', undefined, approved, 'order_not_found'],
  ] as const)('%s: %p', (_name, current, outcome, expected) => {
    expect(settle(current, outcome)).toBe(expected)
  })
  test('becomes the status', () => {
    expect([approved, rejected].map(statusAfter)).toEqual(['COMPLETE', 'FAILED'])
  })
})
