import type { Random } from '../plan/random.ts'

/** Accounts that many clients use at once; the first of them takes a third of all traffic. */
export const SHARED = ['hot', 'warm-1', 'warm-2', 'warm-3', 'warm-4', 'warm-5', 'warm-6'] as const

/**
 * An account whose every amount is another power of two, so that a balance tells exactly which
 * transactions are in it. All of them together stay below what an account may hold.
 */
export type BitsAccount = {
  account: string
  /** A power of two that was not used yet, in minor units; undefined when there is none. */
  amount: () => bigint | undefined
}

export const BITS = 45

export const bitsAccount = (account: string, random: Random): BitsAccount => {
  const left = random.shuffled(Array.from({ length: BITS }, (_, bit) => 1n << BigInt(bit)))
  return { account, amount: () => left.pop() }
}

/** Like a hot shop and its many customers: few accounts get most of it. */
export const sharedAccount = (random: Random): string =>
  random.chance(0.4) ? SHARED[0] : random.pick(SHARED)
