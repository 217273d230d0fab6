import { expect, test } from 'bun:test'
import { fundsOfAccount } from './accounts.ts'
import type { Contract } from './contract.ts'
import { audit, drain } from './outcomes.ts'

const account = 'someone'
const orders = { accepted: [{ orderId: '7', account }], uncertain: new Set<string>() }
const sound = {
  status: 'COMPLETE',
  text: 'Заказ 7 оплачен',
  balance: fundsOfAccount - 1,
}
const clean = { missing: [], wrong: [], unbalanced: [], uncertain: 0 }

test.each([
  ['a paid order is sound', sound, clean],
  ['a pending order is missing', { ...sound, status: 'PENDING' }, { ...clean, missing: ['7'] }],
  ['an untold order is missing', { ...sound, text: undefined }, { ...clean, missing: ['7'] }],
  ['a covered order must not fail', { ...sound, status: 'FAILED' }, { ...clean, wrong: ['7'] }],
  [
    'a paid order must not be told to top up',
    { ...sound, text: 'Для заказа 7 необходимо пополнить счет' },
    { ...clean, wrong: ['7'] },
  ],
  [
    'an order paid twice shows in the balance',
    { ...sound, balance: fundsOfAccount - 2 },
    { ...clean, unbalanced: [account] },
  ],
])('%s', async (_name, answers, expected) => {
  expect(await audit(answering(answers), orders, [account], 0)).toEqual(expected)
})

test('an outcome that comes before the deadline is not missing', async () => {
  const answers: Answers = { ...sound, text: undefined }
  const looking = audit(answering(answers), orders, [account], 10_000)
  answers.text = sound.text
  expect(await looking).toEqual(clean)
})

test('the balance of an account with an unanswered order proves nothing', async () => {
  const unclear = { ...orders, uncertain: new Set([account]) }
  const found = await audit(answering({ ...sound, balance: 0 }), unclear, [account], 0)
  expect(found).toEqual({ ...clean, uncertain: 1 })
})

test('the backlog is gone when the newest order is told, and never before', async () => {
  expect(await drain(answering(sound), orders.accepted, 0)).toBeGreaterThanOrEqual(0)
  const silent = answering({ ...sound, text: undefined })
  expect(await drain(silent, orders.accepted, 0)).toBeUndefined()
})

test('a dead service is not asked a thousand times when it is late', async () => {
  let asked = 0
  const dead: Contract = {
    ...answering(sound),
    readNotification: async () => {
      asked++
      throw new Error('no answer')
    },
  }
  const accepted = Array.from({ length: 1_000 }, (_, index) => ({ orderId: `${index}`, account }))
  const found = await audit(dead, { ...orders, accepted }, [], 0)
  expect(found.missing).toHaveLength(1_000)
  expect(asked).toBeLessThan(100)
})

type Answers = { status: string; text: string | undefined; balance: number }

const answering = (answers: Answers): Contract => ({
  createAccount: refused,
  deposit: refused,
  placeOrder: refused,
  readAccount: async () => Response.json({ balance: answers.balance }),
  readOrder: async () => Response.json({ status: answers.status }),
  readNotification: async () =>
    answers.text === undefined ? refused() : Response.json({ text: answers.text }),
})

const refused = async (): Promise<Response> => Response.json({ code: 'not_found' }, { status: 404 })
