import { assert, unreachable } from '../../shared/assert.ts'

/**
 * A numbered wish to move money. `sequence` counts 1, 2, 3… per account without gaps;
 * `amount` is in minor units and positive, whichever way the money is to move.
 */
export type Transaction = { account: string; sequence: number; hash: string; amount: bigint } & (
  | { type: 'deposit' }
  | { type: 'payment'; orderId: number }
)

/** An account after its first `sequence` transactions. `balance` is in minor units. */
export type Account = {
  account: string
  sequence: number
  balance: bigint
  last: LastTransaction | undefined
}

/** The latest decided transaction. `amount` is signed: a payment's is negative. */
export type LastTransaction = {
  amount: bigint
  hash: string
  orderId: number | undefined
  state: 'APPROVED' | 'REJECTED'
}

/** What became of a transaction. There is exactly one for each. */
export type Event =
  | { type: 'deposited'; transaction: Transaction & { type: 'deposit' } }
  | { type: 'approved'; transaction: Transaction & { type: 'payment' } }
  | { type: 'rejected'; transaction: Transaction & { type: 'payment' }; reason: RejectionReason }

export type RejectionReason = 'insufficient_funds'

/** A repeat is answered already; beyond a gap nothing may be decided, or money is guessed. */
export type Decision = Event | { type: 'repeated' } | { type: 'gap'; expected: number }

export const openAccount = (account: string): Account => ({
  account,
  sequence: 0,
  balance: 0n,
  last: undefined,
})

/**
 * Answers each transaction once, however often and by whomever it is delivered: repeats of the
 * relay, replays, zombies and lost records are all told apart by the one integer.
 */
export const decide = (state: Account, transaction: Transaction): Decision => {
  const { account, sequence, amount, type } = transaction
  assert(account === state.account, 'a transaction reached another account')
  assert(amount > 0n, 'a transaction without a positive amount was numbered')

  if (sequence <= state.sequence) return { type: 'repeated' }
  if (sequence > state.sequence + 1) return { type: 'gap', expected: state.sequence + 1 }

  switch (type) {
    case 'deposit':
      return { type: 'deposited', transaction }
    case 'payment':
      return amount <= state.balance
        ? { type: 'approved', transaction }
        : { type: 'rejected', transaction, reason: 'insufficient_funds' }
    default:
      return unreachable(type)
  }
}

/** The account after one more event. Throws when the books would not add up. */
export const evolve = (state: Account, event: Event): Account => {
  const { account, sequence, amount, hash } = event.transaction
  assert(sequence === state.sequence + 1, 'an event was applied out of sequence')
  const balance = state.balance + moved(event)
  assert(balance >= 0n, 'an account fell below zero')
  return {
    account,
    sequence,
    balance,
    last: {
      amount: event.type === 'deposited' ? amount : -amount,
      hash,
      orderId: event.type === 'deposited' ? undefined : event.transaction.orderId,
      state: event.type === 'rejected' ? 'REJECTED' : 'APPROVED',
    },
  }
}

const moved = (event: Event): bigint => {
  switch (event.type) {
    case 'deposited':
      return event.transaction.amount
    case 'approved':
      return -event.transaction.amount
    case 'rejected':
      return 0n
    default:
      return unreachable(event)
  }
}
