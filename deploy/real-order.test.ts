import { describe, expect, test } from 'bun:test'
import type { Answer } from './ask.ts'
import { placeRealOrder } from './real-order.ts'

/** The three services as the contract has them, except for what a test breaks. */
const services = (broken: Record<string, Answer>) => (method: string, url: string) => {
  const path = new URL(url).pathname
  const call = `${method} ${path.replace('smoke-1', '{account}')}`
  const answer = broken[call] ?? GOOD[call]
  return answer === undefined ? Promise.reject(new Error(`no ${call}`)) : Promise.resolve(answer)
}

let orders = 0
const ok = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) })
const GOOD: Record<string, Answer> = {
  'POST /billing-service/account/create': { status: 201, body: '' },
  'PATCH /billing-service/account/put': ok({}),
  get 'POST /order-service/order/create'() {
    return { status: 201, body: String((orders += 1)) }
  },
  'GET /order-service/order/1': ok({ status: 'COMPLETE' }),
  'GET /order-service/order/2': ok({ status: 'FAILED' }),
  'GET /notification-service/notification/1': ok({ text: 'Заказ 1 оплачен' }),
  'GET /notification-service/notification/2': ok({
    text: 'Для заказа 2 необходимо пополнить счет',
  }),
  'GET /billing-service/account/{account}': ok({ balance: 6 }),
}

const place = async (broken: Record<string, Answer> = {}): Promise<string[]> => {
  orders = 0
  const seen: string[] = []
  await placeRealOrder({
    origins: { order: 'http://order', billing: 'http://billing', notification: 'http://messages' },
    ask: services(broken),
    account: 'smoke-1',
    deadlineMs: 20,
    onStep: ({ what }) => seen.push(what),
  })
  return seen
}

test('every step is told when all is well', async () => {
  expect(await place()).toEqual([
    'opened account smoke-1',
    'deposited 10.00',
    'ordered 4.00',
    'ordered 100.00',
    'order 1 is COMPLETE',
    'order 2 is FAILED',
    'message “Заказ 1 оплачен”',
    'message “Для заказа 2 необходимо пополнить счет”',
    'the balance is 6',
  ])
})

describe('it fails when', () => {
  test.each<[string, string, Answer, string]>([
    [
      'no account can be opened',
      'POST /billing-service/account/create',
      { status: 500, body: '' },
      'opened account',
    ],
    [
      'billing stays away',
      'POST /billing-service/account/create',
      { status: 503, body: '' },
      'opened account',
    ],
    [
      'a deposit is refused',
      'PATCH /billing-service/account/put',
      { status: 422, body: '' },
      'deposited',
    ],
    [
      'an order has no number',
      'POST /order-service/order/create',
      { status: 201, body: '{}' },
      'number',
    ],
    [
      'the covered order stays open',
      'GET /order-service/order/1',
      ok({ status: 'PENDING' }),
      'COMPLETE',
    ],
    ['the other order is paid', 'GET /order-service/order/2', ok({ status: 'COMPLETE' }), 'FAILED'],
    [
      'a message is missing',
      'GET /notification-service/notification/1',
      { status: 404, body: '' },
      'оплачен',
    ],
    [
      'a message has another text',
      'GET /notification-service/notification/2',
      ok({ text: 'Заказ 2 оплачен' }),
      'пополнить',
    ],
    [
      'a gateway answers instead',
      'GET /order-service/order/1',
      { status: 200, body: '<html>' },
      '<html>',
    ],
    [
      'money is missing',
      'GET /billing-service/account/{account}',
      ok({ balance: 5.99 }),
      'balance',
    ],
  ])('%s', async (_what, call, answer, complaint) => {
    const failure = await place({ [call]: answer }).catch(String)
    expect(failure).toContain(complaint)
  })
})
