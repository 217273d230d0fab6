import { expect, test } from 'bun:test'
import { textOf } from './message.ts'

test.each([
  ['approved', 'ru', 'Заказ 7 оплачен'],
  ['rejected', 'ru', 'Для заказа 7 необходимо пополнить счет'],
  ['approved', 'en', 'Order 7 is paid'],
  ['rejected', 'en', 'Top up the account to pay order 7'],
] as const)('%s in %s', (outcome, language, expected) => {
  expect(textOf(7, outcome, language)).toBe(expected)
})
