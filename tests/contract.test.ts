import { describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { BILLING_TOPICS, outcomeMessage, TOPICS } from '../billing/events.ts'
import { ORDERS, OrderSchema as OrderReadByBilling } from '../billing/intake.ts'
import { TOPICS as DEPLOYED } from '../deploy/topics.ts'
import {
  OUTCOMES as OUTCOMES_OF_NOTIFICATION,
  OutcomeSchema as OutcomeReadByNotification,
} from '../notification/intake.ts'
import { ORDER_TOPICS, orderMessage, TOPIC } from '../order/events.ts'
import {
  OUTCOMES as OUTCOMES_OF_ORDER,
  OutcomeSchema as OutcomeReadByOrder,
} from '../order/intake.ts'

/** The one place where writers and readers meet: services know each other only by their topics. */

const order = { orderId: 7, account: 'ada', amount: 90071992547409931n, hash: 'h' }
const approved = { outcome: 'approved', ...order, reason: null } as const
const rejected = { ...approved, outcome: 'rejected', reason: 'insufficient_funds' } as const

describe('what a writer sends, its readers read', () => {
  test.each([
    ['an order, by billing', OrderReadByBilling, orderMessage(order), order],
    ['an approval, by order', OutcomeReadByOrder, outcomeMessage(approved), { reason: null }],
    ['a rejection, by order', OutcomeReadByOrder, outcomeMessage(rejected), { orderId: 7 }],
    ['an approval, by notification', OutcomeReadByNotification, outcomeMessage(approved), {}],
    ['a rejection, by notification', OutcomeReadByNotification, outcomeMessage(rejected), {}],
  ] as const)('%s', (_name, schema: v.GenericSchema, { value }, expected) => {
    expect(v.parse(schema, JSON.parse(value))).toMatchObject(expected)
  })
})

describe('topics', () => {
  test('what a reader reads, a writer writes', () => {
    expect([ORDERS]).toEqual([TOPIC])
    expect([...OUTCOMES_OF_ORDER]).toEqual([TOPICS.approved, TOPICS.rejected])
    expect([...OUTCOMES_OF_NOTIFICATION]).toEqual([TOPICS.approved, TOPICS.rejected])
  })
  test('every topic is deployed, once', () => {
    const names = DEPLOYED.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      [...ORDER_TOPICS, ...BILLING_TOPICS, { name: 'deadLetter' }].map(({ name }) => name),
    )
  })
  test('the key of everything that is read again is the account', () => {
    expect(orderMessage(order).key).toBe('ada')
    expect(outcomeMessage(approved).key).toBe('ada')
  })
})
