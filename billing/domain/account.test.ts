import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { assert } from '../../shared/assert.ts'
import { type Account, decide, evolve, openAccount, type Transaction } from './account.ts'

describe('decide', () => {
  test.each([
    ['a deposit is taken', after(), deposit(1, 500n), 'deposited'],
    ['a payment within the balance', after(deposit(1, 500n)), payment(2, 499n), 'approved'],
    ['a payment of the whole balance', after(deposit(1, 500n)), payment(2, 500n), 'approved'],
    ['a payment one unit beyond it', after(deposit(1, 500n)), payment(2, 501n), 'rejected'],
    ['an empty account pays nothing', after(), payment(1, 1n), 'rejected'],
    ['a repeated deposit', after(deposit(1, 5n)), deposit(1, 5n), 'repeated'],
    ['a much older payment', after(deposit(1, 5n), payment(2, 5n)), payment(1, 5n), 'repeated'],
    ['a transaction after a missing one', after(deposit(1, 5n)), payment(3, 1n), 'gap'],
    ['a first transaction that is not number one', after(), deposit(2, 1n), 'gap'],
  ] as const)('%s', (_name, state, transaction, expected) => {
    expect(decide(state, transaction).type).toBe(expected)
  })

  test('a gap names the transaction that is missing', () => {
    expect(decide(after(deposit(1, 5n)), payment(4, 1n))).toEqual({ type: 'gap', expected: 2 })
  })
  test('stops at a transaction of another account', () => {
    expect(() => decide(openAccount('bob'), deposit(1, 1n))).toThrow('another account')
  })
  test('stops at an amount that could turn a deposit into a withdrawal', () => {
    expect(() => decide(after(), deposit(1, -1n))).toThrow('positive amount')
  })
})

describe('evolve', () => {
  test('an approved payment is taken from the balance and remembered with its sign', () => {
    expect(after(deposit(1, 8n), payment(2, 5n))).toEqual({
      account: 'ada',
      sequence: 2,
      balance: 3n,
      last: { amount: -5n, hash: 'h2', orderId: 2, state: 'APPROVED' },
    })
  })
  test('a rejected payment moves no money but is counted and remembered', () => {
    expect(after(deposit(1, 5n), payment(2, 6n))).toEqual({
      account: 'ada',
      sequence: 2,
      balance: 5n,
      last: { amount: -6n, hash: 'h2', orderId: 2, state: 'REJECTED' },
    })
  })
  test('a deposit forgets the order before it', () => {
    expect(after(deposit(1, 5n), payment(2, 5n), deposit(3, 1n)).last?.orderId).toBeUndefined()
  })
  test('stops rather than fall below zero', () => {
    const event = { type: 'approved', transaction: payment(1, 1n) } as const
    expect(() => evolve(after(), event)).toThrow('below zero')
  })
  test('stops at an event out of sequence', () => {
    const event = { type: 'deposited', transaction: deposit(3, 1n) } as const
    expect(() => evolve(after(), event)).toThrow('out of sequence')
  })
})

describe('whatever is delivered, in whatever number of copies', () => {
  const wishes = fc.array(
    fc.record({ payment: fc.boolean(), amount: fc.bigInt({ min: 1n, max: 1_000n }) }),
    { maxLength: 40 },
  )
  test('the balance is the deposits less the approved payments, and each is answered once', () => {
    fc.assert(
      fc.property(wishes, fc.infiniteStream(fc.nat({ max: 3 })), (list, copies) => {
        const numbered = list.map(({ payment: pays, amount }, index) =>
          pays ? payment(index + 1, amount) : deposit(index + 1, amount),
        )
        // At-least-once delivery: everything once in order, and any earlier piece again.
        const delivered = numbered.flatMap((transaction, index) => [
          transaction,
          ...numbered.slice(Math.max(0, index - (copies.next().value ?? 0)), index + 1),
        ])
        let state = openAccount('ada')
        const answers: string[] = []
        let expected = 0n
        for (const transaction of delivered) {
          const decision = decide(state, transaction)
          if (decision.type === 'repeated') continue
          assert(decision.type !== 'gap', 'nothing is missing here')
          state = evolve(state, decision)
          answers.push(`${transaction.sequence}`)
          if (decision.type === 'deposited') expected += transaction.amount
          if (decision.type === 'approved') expected -= transaction.amount
        }
        expect(state.balance).toBe(expected)
        expect(answers).toEqual(numbered.map(({ sequence }) => `${sequence}`))
      }),
    )
  })
})

function deposit(sequence: number, amount: bigint): Transaction & { type: 'deposit' } {
  return { type: 'deposit', account: 'ada', sequence, hash: `h${sequence}`, amount }
}
function payment(sequence: number, amount: bigint): Transaction & { type: 'payment' } {
  return {
    type: 'payment',
    account: 'ada',
    sequence,
    hash: `h${sequence}`,
    amount,
    orderId: sequence,
  }
}
function after(...transactions: Transaction[]): Account {
  return transactions.reduce((state, transaction) => {
    const decision = decide(state, transaction)
    assert(decision.type !== 'gap' && decision.type !== 'repeated', 'the history is in sequence')
    return evolve(state, decision)
  }, openAccount('ada'))
}
