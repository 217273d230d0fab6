import { assert, unreachable } from '../../shared/assert.ts'

/** A wish that has no number yet: a deposit asked for over HTTP, or an order to be paid. */
export type Request = DepositRequest | PaymentRequest
export type DepositRequest = { type: 'deposit'; account: string; hash: string; amount: bigint }
export type PaymentRequest = Omit<DepositRequest, 'type'> & { type: 'payment'; orderId: number }

/** A request as it was stored. One without a sequence was refused: its account did not exist. */
export type Stored = Request & { sequence: number | undefined }

/** What is known of an account under its lock. `deposited` is the sum ever accepted. */
export type Book = { lastSequence: number; deposited: bigint }

/** What the store knew before this batch, for the accounts, hashes and orders that it names. */
export type Known = {
  books: ReadonlyMap<string, Book>
  deposits: ReadonlyMap<string, Stored>
  payments: ReadonlyMap<number, Stored>
}

/** In the order they are checked: the first that applies is the one reported. */
export type Refusal = 'hash_reused' | 'account_not_found' | 'deposit_limit_exceeded'

export type Admission =
  | { type: 'accepted'; stored: Request & { sequence: number } }
  /** The same wish again. What was done the first time stands; nothing is stored. */
  | { type: 'repeated'; stored: Stored }
  /** A payment of an unknown account: stored without a number, so that it stays refused. */
  | { type: 'unpayable'; stored: PaymentRequest & { sequence: undefined } }
  | { type: 'refused'; refusal: Refusal }

/**
 * No balance can exceed what was ever deposited. Kept below 10^15 minor units so that every
 * balance is exact even for clients that read JSON numbers as doubles (15 significant digits).
 */
export const DEPOSITED_MAX = 999_999_999_999_999n

/**
 * Decides, in order, which requests of a batch enter the ledger and under which sequence.
 * Whether the money is there is not asked here: only the ledger knows a balance that is not stale.
 */
export const admitAll = (known: Known, requests: readonly Request[]): Admission[] => {
  const books = new Map(known.books)
  const deposits = new Map(known.deposits)
  const payments = new Map(known.payments)

  return requests.map((request) => {
    const book = books.get(request.account)
    const earlier =
      request.type === 'deposit' ? deposits.get(request.hash) : payments.get(request.orderId)
    const admission = admit(book, earlier, request)
    if (admission.type === 'accepted') {
      assert(book !== undefined, 'a request was numbered without its account')
      books.set(request.account, after(book, admission.stored))
    }
    if (admission.type === 'accepted' || admission.type === 'unpayable') {
      if (request.type === 'deposit') deposits.set(request.hash, admission.stored)
      else payments.set(request.orderId, admission.stored)
    }
    return admission
  })
}

const admit = (
  book: Book | undefined,
  earlier: Stored | undefined,
  request: Request,
): Admission => {
  if (earlier !== undefined) {
    return isSame(earlier, request) ? { type: 'repeated', stored: earlier } : refused('hash_reused')
  }
  switch (request.type) {
    case 'deposit':
      if (book === undefined) return refused('account_not_found')
      if (book.deposited + request.amount > DEPOSITED_MAX) return refused('deposit_limit_exceeded')
      return { type: 'accepted', stored: { ...request, sequence: book.lastSequence + 1 } }
    case 'payment':
      return book === undefined
        ? { type: 'unpayable', stored: { ...request, sequence: undefined } }
        : { type: 'accepted', stored: { ...request, sequence: book.lastSequence + 1 } }
    default:
      return unreachable(request)
  }
}

/** The account's book once a request got its number. */
export const after = (book: Book, { type, amount, sequence }: Request & { sequence: number }) => ({
  lastSequence: sequence,
  deposited: type === 'deposit' ? book.deposited + amount : book.deposited,
})

const isSame = (earlier: Request, request: Request): boolean =>
  earlier.account === request.account &&
  earlier.amount === request.amount &&
  earlier.hash === request.hash

const refused = (refusal: Refusal): Admission => ({ type: 'refused', refusal })
