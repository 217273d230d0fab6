import { describe, expect, test } from 'bun:test'
import type { Account, Transaction } from './account.ts'
import { type Line, type LineInContext, problemsOfEnds, problemsOfLine } from './audit.ts'

const payment: Transaction = {
  type: 'payment',
  account: 'ada',
  sequence: 3,
  hash: 'h',
  amount: 40n,
  orderId: 7,
}
const line: Line = { transaction: payment, state: 'APPROVED', reason: null, balance: 60n }
const cached: Account = {
  account: 'ada',
  sequence: 3,
  balance: 60n,
  last: { amount: -40n, hash: 'h', orderId: 7, state: 'APPROVED' },
}
const right: LineInContext = {
  line,
  before: { sequence: 2, balance: 100n },
  accepted: payment,
  cached,
}

describe('a line of the journal', () => {
  test.each([
    ['is the decision on the line before it', right],
    ['may be older than the cached balance', { ...right, cached: { ...cached, sequence: 9 } }],
    ['may be newer than it', { ...right, cached: undefined }],
    [
      'rejects what the balance does not cover',
      {
        line: { ...line, state: 'REJECTED', reason: 'insufficient_funds', balance: 39n },
        before: { sequence: 2, balance: 39n },
        accepted: payment,
        cached: undefined,
      },
    ],
    [
      'is the first of its account',
      {
        line: { ...line, transaction: { ...payment, type: 'deposit', sequence: 1 }, balance: 40n },
        before: undefined,
        accepted: { ...payment, type: 'deposit', sequence: 1 },
        cached: undefined,
      },
    ],
  ] satisfies [string, LineInContext][])('is right when it %s', (_what, context) => {
    expect(problemsOfLine(context)).toEqual([])
  })

  test.each([
    ['nobody accepted it', { accepted: undefined }, 'no transaction was accepted'],
    ['another was accepted', { accepted: { ...payment, amount: 41n } }, 'what was accepted is'],
    ['another order was accepted', { accepted: { ...payment, orderId: 8 } }, 'for order 8'],
    ['a line is missing', { before: { sequence: 1, balance: 100n } }, 'the line before it is 1'],
    ['all before it are missing', { before: undefined }, 'the line before it is missing'],
    [
      'its balance is wrong',
      { line: { ...line, balance: 61n } },
      'had to be APPROVED with a balance of 60',
    ],
    ['it was not covered', { before: { sequence: 2, balance: 39n } }, 'had to be REJECTED'],
    [
      'it was rejected but covered',
      { line: { ...line, state: 'REJECTED', balance: 100n } },
      'had to be APPROVED',
    ],
    [
      'what is before it is below zero',
      { before: { sequence: 2, balance: -1n } },
      'cannot be moved',
    ],
    [
      'the cache has another balance',
      { cached: { ...cached, balance: 59n } },
      'the cached balance is 59',
    ],
    [
      'the cache has another last one',
      { cached: { ...cached, last: undefined } },
      'the cached balance',
    ],
  ] satisfies [string, Partial<LineInContext>, string][])(
    'is wrong when %s',
    (_what, change, text) => {
      expect(problemsOfLine({ ...right, ...change }).join()).toContain(text)
    },
  )
})

describe('the ends of an account', () => {
  const ends = { counted: 5, accepted: 5, journaled: 4, cached: 4 }
  test.each([
    ['are right when all is applied', { journaled: 5, cached: 5 }, []],
    ['are right when something is not applied yet', {}, []],
    ['are wrong when the account counts others', { counted: 6 }, [true]],
    ['are wrong when the journal is ahead of the books', { journaled: 6 }, [true]],
    ['are wrong when the balance is ahead of the books', { cached: 6 }, [true]],
    ['may be wrong when the journal ends early', { journaled: 3 }, [false]],
    ['may be wrong when the balance is missing', { cached: 0 }, [false]],
  ] as const)('%s', (_what, change, sure) => {
    const problems = problemsOfEnds({ ...ends, ...change })
    expect(problems.map(({ isSure }) => isSure)).toEqual([...sure])
  })
})
