import { expect, test } from 'bun:test'
import { outcomeOf } from './answer.ts'

test.each([
  ['order', 201, '42', { phase: 'ok', status: 201, answer: { orderId: 42 } }],
  [
    'balance',
    200,
    '{"account":"a","balance":9999999999999.99,"lastAmount":-0.05}',
    {
      phase: 'ok',
      status: 200,
      answer: { account: 'a', balance: '999999999999999', lastAmount: '-5' },
    },
  ],
  ['deposit', 200, '{"amount":150.5}', { phase: 'ok', status: 200, answer: { amount: '15050' } }],
  [
    'order',
    400,
    '{"code":"order_exists","orderId":7}',
    {
      phase: 'failed',
      status: 400,
      code: 'order_exists',
      answer: { code: 'order_exists', orderId: 7 },
    },
  ],
  ['deposit', 500, '', { phase: 'unknown', status: 500 }],
  [
    'balance',
    503,
    '{"code":"balance_not_ready"}',
    {
      phase: 'unknown',
      status: 503,
      code: 'balance_not_ready',
      answer: { code: 'balance_not_ready' },
    },
  ],
  ['deposit', 429, '', { phase: 'unknown', status: 429 }],
  ['deposit', 408, '', { phase: 'unknown', status: 408 }],
  ['deposit', 413, '', { phase: 'failed', status: 413 }],
] as const)('%s answered with %d %s', (type, status, text, expected) => {
  expect(outcomeOf(type, status, text)).toEqual({ ...expected })
})

test('what is no amount is kept as it came', () => {
  expect(outcomeOf('balance', 200, '{"balance":1.005}').answer).toEqual({ balance: 1.005 })
})
