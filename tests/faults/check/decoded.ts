import * as v from 'valibot'
import { BalanceAnswer } from './answers.ts'
import { each, type Finding, type Invariant, type Problem, some, together } from './invariant.ts'
import type { View } from './view.ts'
import { isAcknowledged, nameOf, type Wish } from './wishes.ts'

/** Accounts of these names get every amount at most once, and only powers of two. */
const BITS = 'bits-'

/** What a balance alone tells, with no word of the log. */
export const DECODED_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'decoded-balance',
    promise:
      'A balance of distinct powers of two decodes to exactly the transactions that are in it',
    find: (view) =>
      together(
        ...[...Map.groupBy(view.wishes, ({ account }) => account)]
          .filter(([account]) => account.startsWith(BITS))
          .map(([account, wishes]) => decodedAccount(view, account, wishes)),
      ),
  },
]

function decodedAccount(view: View, account: string, wishes: readonly Wish[]): Finding {
  const amounts = new Set(wishes.map(({ amount }) => amount))
  const isReadable =
    amounts.size === wishes.length && [...amounts].every((n) => n > 0n && (n & (n - 1n)) === 0n)
  if (!isReadable) {
    const detail = 'its amounts are not distinct powers of two: this load cannot be decoded'
    return { looked: 1, problems: [{ account, detail }] }
  }
  const row = view.tables.balances.find((balance) => balance.account === account)
  const reads = view.operations.filter(
    ({ type, outcome, request }) =>
      type === 'balance' && outcome === 'ok' && request.account === account,
  )
  return together(
    each([row?.balance ?? 0n], (balance) => [
      ...decode(account, balance, wishes, (wish, isIn) => inTheEnd(view, wish, isIn)),
    ]),
    each(reads, ({ id, answer, invoked, completed }) => {
      const read = v.safeParse(BalanceAnswer, answer)
      if (!read.success) return []
      return decode(account, read.output.balance, wishes, (wish, isIn) => {
        const why = whenRead(view, wish, isIn, invoked, completed)
        return why && `operation ${id} read ${read.output.balance}: ${why}`
      })
    }),
  )
}

/**
 * Deposits that are in a balance add their bit, orders that are in it take theirs. With the bits of
 * all orders added, a bit is set by a deposit that is in, or by an order that is not.
 */
const decode = (
  account: string,
  balance: bigint,
  wishes: readonly Wish[],
  check: (wish: Wish, isIn: boolean) => string | undefined,
): Problem[] => {
  const orders = wishes.filter(({ type }) => type === 'order')
  const bits = balance + orders.reduce((sum, { amount }) => sum + amount, 0n)
  const all = wishes.reduce((sum, { amount }) => sum | amount, 0n)
  if (bits < 0n || (bits & ~all) !== 0n) {
    return [{ account, detail: `a balance of ${balance} is made of no set of its transactions` }]
  }
  return wishes.flatMap((wish) => {
    const isSet = (bits & wish.amount) !== 0n
    const why = check(wish, wish.type === 'deposit' ? isSet : !isSet)
    return some(why !== undefined && { account, detail: why })
  })
}

const inTheEnd = ({ rows }: View, wish: Wish, isIn: boolean): string | undefined => {
  const isSame = (row: { account: string; amount: bigint }) =>
    row.account === wish.account && row.amount === wish.amount
  const shouldBe =
    wish.type === 'deposit'
      ? (rows.depositsByHash.get(wish.hash)?.some(isSame) ?? false)
      : (rows.ordersByHash.get(wish.hash) ?? []).some(
          (row) => isSame(row) && row.status === 'COMPLETE',
        )
  if (isIn !== shouldBe) return `${nameOf(wish)} is ${isIn ? '' : 'not '}in the balance`
  const isLost = wish.type === 'deposit' && isAcknowledged(wish) && !isIn
  return isLost ? `${nameOf(wish)} was acknowledged and is not in the balance` : undefined
}

const whenRead = (
  view: View,
  wish: Wish,
  isIn: boolean,
  invoked: number,
  completed: number,
): string | undefined => {
  if (isIn && wish.asked > completed) return `${nameOf(wish)} is in it and was not asked for yet`
  const isKnown = wish.type === 'deposit' && wish.acknowledged < invoked
  if (!isIn && isKnown) return `${nameOf(wish)} is not in it and was acknowledged before`
  return isIn ? inTheEnd(view, wish, isIn) : undefined
}
