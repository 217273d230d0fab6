import { describe, expect, test } from 'bun:test'
import { transactionCodec } from './events.ts'

const common = { account: 'ada', sequence: 1, hash: 'h', amount: '5' }

describe('a transaction that cannot be read is told what it lacks', () => {
  test.each([
    [
      'no type',
      common,
      'type: Invalid type: Expected ("payment" | "deposit") but received undefined',
    ],
    ['a type of another release', { ...common, type: 'refund' }, 'type: Invalid type: Expected ('],
    ['a payment for no order', { ...common, type: 'payment' }, 'orderId: Invalid key'],
    ['a deposit of nobody', { ...common, type: 'deposit', account: null }, 'account: Invalid type'],
    ['null', null, 'the value: Invalid type'],
    ['a number', 5, 'the value: Invalid type'],
  ])('%s', (_what, value, reason) => {
    const decoded = transactionCodec.decode(Buffer.from(JSON.stringify(value)))
    expect(decoded.ok ? decoded.value : decoded.reason).toStartWith(reason)
  })
})
