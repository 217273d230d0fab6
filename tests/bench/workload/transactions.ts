import type { Transaction } from '../../../billing/domain/account.ts'

/** Every account gets a deposit and then three payments, again and again. */
const CYCLE = 4
const DEPOSIT = 1_000n
/** Payments cost 100 to 599, on average a little more than is deposited: some are rejected. */
const CHEAPEST = 100
const SPREAD = 500
/** A prime, so that neighbours differ and every amount occurs. */
const STRIDE = 7_919

export const accountName = (index: number): string => `bench-${index}`

/**
 * The transaction of this index in the stream of all, the same in every run: the accounts take
 * turns, which is the hardest case, because no batch meets an account twice.
 */
export const transactionAt = (index: number, accounts: number): Transaction => {
  const sequence = Math.floor(index / accounts) + 1
  const common = { account: accountName(index % accounts), sequence, hash: `hash-${index}` }
  if ((sequence - 1) % CYCLE === 0) return { type: 'deposit', ...common, amount: DEPOSIT }
  const amount = BigInt(CHEAPEST + ((index * STRIDE) % SPREAD))
  return { type: 'payment', ...common, amount, orderId: index + 1 }
}

/** The index of a transaction, from what its journal line says. */
export const indexOf = (account: string, sequence: number, accounts: number): number =>
  (sequence - 1) * accounts + indexOfAccount(account)

/** Which account it is, from its name. */
export const indexOfAccount = (account: string): number =>
  Number(account.slice(accountName(0).length - 1))

/** How many of the first `count` transactions are of this account. */
export const transactionsOf = (account: number, count: number, accounts: number): number =>
  Math.max(0, Math.ceil((count - account) / accounts))
