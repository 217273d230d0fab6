import type { Operation } from '../dump/dump.ts'

/** What some client wanted once, and every operation by which it asked for it. */
export type Wish = {
  type: 'deposit' | 'order'
  account: string
  amount: bigint
  hash: string
  operations: Operation[]
  /** When it was first asked for. */
  asked: number
  /** When some client was first told that it was done; Infinity when none ever was. */
  acknowledged: number
  /** Whether it may have been done without anybody being told. */
  isOpen: boolean
}

/** Answers that say: an earlier call has done it. */
const DONE_BEFORE = new Set(['operation_repeated', 'order_exists', 'account_exists'])

export const isAcknowledgement = ({ outcome, code }: Operation): boolean =>
  outcome === 'ok' || (outcome === 'failed' && DONE_BEFORE.has(code ?? ''))

/** Wishes by what they are: the same hash with another body is another wish. */
export const wishesOf = (operations: readonly Operation[]): Wish[] => {
  const wishes = new Map<string, Wish>()
  for (const operation of operations) {
    const { type, request, invoked, completed, outcome } = operation
    if (type !== 'deposit' && type !== 'order') continue
    const { account = '', amount = 0n, hash = '' } = request
    const key = `${type} ${account} ${amount} ${hash}`
    let wish = wishes.get(key)
    if (wish === undefined) {
      const none = Number.POSITIVE_INFINITY
      wish = {
        type,
        account,
        amount,
        hash,
        operations: [],
        asked: none,
        acknowledged: none,
        isOpen: false,
      }
      wishes.set(key, wish)
    }
    wish.operations.push(operation)
    wish.asked = Math.min(wish.asked, invoked)
    if (isAcknowledgement(operation)) wish.acknowledged = Math.min(wish.acknowledged, completed)
    if (outcome === 'unknown') wish.isOpen = true
  }
  return [...wishes.values()]
}

export const isAcknowledged = ({ acknowledged }: Wish): boolean =>
  acknowledged < Number.POSITIVE_INFINITY

export const nameOf = ({ type, account, amount, hash }: Wish): string =>
  `${type} ${hash} of ${amount} for ${account}`
