import { expect, test } from 'bun:test'
import type { PaymentRequest, Stored } from './domain/admission.ts'
import { record } from './record.ts'
import type { AdmissionTransaction, BillingStore } from './store.ts'

const payment = (orderId: number): PaymentRequest => ({
  type: 'payment',
  account: 'a',
  hash: `hash-${orderId}`,
  amount: 1n,
  orderId,
})

test('nothing is written before the outcomes of repeats are read', async () => {
  // A write that failed meanwhile would be a rejection that nobody handles: it ends the process.
  const calls: string[] = []
  const called = (name: string) => async (): Promise<void> => {
    calls.push(name)
    if (name === 'save') throw new Error('a rival was faster')
  }
  const decided: Stored = { ...payment(1), sequence: 1 }
  const tx: AdmissionTransaction = {
    known: async () => ({
      books: new Map([['a', { lastSequence: 1, deposited: 1n }]]),
      deposits: new Map(),
      payments: new Map([[1, decided]]),
    }),
    outcomes: async () => {
      await called('outcomes')()
      await new Promise<void>((resolve) => setImmediate(resolve))
      expect(calls).toEqual(['outcomes'])
      return []
    },
    save: called('save'),
    number: called('number'),
    enqueue: called('enqueue'),
  }
  const admit: BillingStore['admit'] = (work) => work(tx)

  const recorded = record({ admit }, () => {})([payment(1), payment(2)])

  expect(await recorded.catch(String)).toBe('Error: a rival was faster')
  expect(calls).toEqual(['outcomes', 'save', 'number', 'enqueue'])
})
