import { describe, expect, test } from 'bun:test'
import {
  type Admission,
  admitAll,
  type Book,
  DEPOSITED_MAX,
  type Known,
  type PaymentRequest,
  type Request,
  type Stored,
} from './admission.ts'

const deposit = (amount: bigint, hash = 'h', account = 'ada'): Request => ({
  type: 'deposit',
  account,
  hash,
  amount,
})
const payment = (amount: bigint, orderId = 7, account = 'ada'): PaymentRequest => ({
  type: 'payment',
  account,
  hash: `o${orderId}`,
  amount,
  orderId,
})

const book: Book = { lastSequence: 4, deposited: 900n }
const nothing: Known = { books: new Map(), deposits: new Map(), payments: new Map() }
const fresh: Known = { ...nothing, books: new Map([['ada', book]]) }
const seen: Known = {
  ...fresh,
  deposits: new Map([['h', { ...deposit(5n), sequence: 3 }]]),
  payments: new Map<number, Stored>([
    [7, { ...payment(5n), sequence: 4 }],
    [8, { ...payment(5n, 8), sequence: undefined }],
  ]),
}
const full: Known = {
  ...nothing,
  books: new Map([['ada', { lastSequence: 4, deposited: DEPOSITED_MAX - 5n }]]),
}

describe('one request', () => {
  test.each([
    ['a new deposit gets the next number', fresh, deposit(5n), 'accepted 5'],
    ['a new payment gets the next number', fresh, payment(5n), 'accepted 5'],
    ['a repeated deposit keeps its number', seen, deposit(5n), 'repeated 3'],
    ['a hash means one amount', seen, deposit(6n), 'hash_reused'],
    ['a hash means one account', seen, deposit(5n, 'h', 'bob'), 'hash_reused'],
    ['a deposit and an order may share a hash', seen, deposit(5n, 'o7'), 'accepted 5'],
    ['a deposit into nothing is refused', nothing, deposit(5n), 'account_not_found'],
    ['a payment from nothing is kept as refused', nothing, payment(5n), 'unpayable -'],
    ['a redelivered order keeps its number', seen, payment(5n), 'repeated 4'],
    ['an order refused before its account opened stays so', seen, payment(5n, 8), 'repeated -'],
    ['the limit itself may be reached', full, deposit(5n), 'accepted 5'],
    ['but not passed', full, deposit(6n), 'deposit_limit_exceeded'],
  ] as const)('%s', (_name, known, request, expected) => {
    expect(outcomes(admitAll(known, [request]))).toEqual([expected])
  })
})

describe('a batch', () => {
  test('is numbered without gaps, each account for itself', () => {
    const known = { ...fresh, books: new Map([...fresh.books, ['bob', { ...book }]]) }
    const batch = [deposit(1n, 'a'), payment(1n, 1), deposit(1n, 'b', 'bob'), deposit(1n, 'c')]
    expect(outcomes(admitAll(known, batch))).toEqual([
      'accepted 5',
      'accepted 6',
      'accepted 5',
      'accepted 7',
    ])
  })
  test('sees its own earlier requests', () => {
    const batch = [deposit(1n, 'a'), deposit(1n, 'a'), deposit(2n, 'a'), deposit(1n, 'b')]
    expect(outcomes(admitAll(fresh, batch))).toEqual([
      'accepted 5',
      'repeated 5',
      'hash_reused',
      'accepted 6',
    ])
  })
  test('counts towards the limit as it goes', () => {
    const batch = [deposit(3n, 'a'), deposit(3n, 'b'), deposit(2n, 'c')]
    expect(outcomes(admitAll(full, batch))).toEqual([
      'accepted 5',
      'deposit_limit_exceeded',
      'accepted 6',
    ])
  })
  test('leaves what it was given as it was', () => {
    admitAll(fresh, [deposit(1n, 'a')])
    expect(fresh.books.get('ada')).toEqual({ lastSequence: 4, deposited: 900n })
    expect(fresh.deposits.size).toBe(0)
  })
})

function outcomes(admissions: Admission[]): string[] {
  return admissions.map((admission) =>
    admission.type === 'refused'
      ? admission.refusal
      : `${admission.type} ${admission.stored.sequence ?? '-'}`,
  )
}
