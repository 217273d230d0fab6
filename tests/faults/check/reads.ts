import * as v from 'valibot'
import type { Operation } from '../dump/dump.ts'
import { BalanceAnswer } from './answers.ts'
import type { Decided } from './fold.ts'
import type { Finding, Invariant, Problem } from './invariant.ts'
import type { View } from './view.ts'
import { isAcknowledgement } from './wishes.ts'

/** What clients read, in the sequence in which they read it. */
export const READ_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'balances-are-fresh',
    promise:
      'A balance has everything that anybody was told before it was asked for, and nothing not asked for',
    find: balancesAreFresh,
  },
]

type Moment = { at: number; operation: Operation; isEnd: boolean }

/** Both ends of every operation, in the sequence of events. */
export const momentsOf = (operations: readonly Operation[]): Moment[] =>
  operations
    .flatMap((operation) => [
      { at: operation.invoked, operation, isEnd: false },
      { at: operation.completed, operation, isEnd: true },
    ])
    .filter(({ at }) => at < Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a.at - b.at)

/**
 * Walks through the history. What is known of an account only grows: who was told of a deposit, an
 * outcome or a balance makes it known to everybody who asks from then on.
 */
function balancesAreFresh(view: View): Finding {
  const known = new Map<string, number>()
  const needed = new Map<number, number>()
  const index = indexOf(view)
  const problems: Problem[] = []
  let looked = 0
  for (const { at, operation, isEnd } of momentsOf(view.operations)) {
    const { id, type, outcome, request, answer } = operation
    const { account = '' } = request
    const read = type === 'balance' && outcome === 'ok' && v.safeParse(BalanceAnswer, answer)
    if (!isEnd) {
      if (read) needed.set(id, known.get(account) ?? 0)
      continue
    }
    const told = index.toldBy(operation)
    if (told) know(known, told.state.account, told.state.sequence)
    if (!read || !read.success) continue
    looked += 1
    const found = sequenceOf(index, account, read.output)
    const problem = (detail: string) =>
      problems.push({ account, detail: `operation ${id} ${detail}` })
    if (found === undefined) {
      problem(`read ${read.output.balance} after ${read.output.lastHash}, which never was`)
      continue
    }
    const floor = needed.get(id) ?? 0
    if (found < floor) problem(`read transaction ${found} when ${floor} was known`)
    if (index.askedUpTo(account, found) > at) problem(`read what nobody had asked for yet`)
    know(known, account, found)
  }
  return { looked, problems }
}

const know = (known: Map<string, number>, account: string, sequence: number): void => {
  known.set(account, Math.max(known.get(account) ?? 0, sequence))
}

type Index = {
  /** The transaction that an answer proves to be accepted. */
  toldBy: (operation: Operation) => Decided | undefined
  byLast: (account: string, orderId: number | null, hash: string | null) => Decided | undefined
  /** When the latest of the first so many transactions was first asked for. */
  askedUpTo: (account: string, sequence: number) => number
}

const sequenceOf = (
  { byLast }: Index,
  account: string,
  answer: v.InferOutput<typeof BalanceAnswer>,
): number | undefined => {
  const { balance, lastAmount, lastHash, lastOrderId, lastTransactionState: state } = answer
  if (lastHash === null) {
    const isOpened = balance === 0n && lastAmount === null && lastOrderId === null && state === null
    return isOpened ? 0 : undefined
  }
  const decided = byLast(account, lastOrderId, lastHash)
  const { last } = decided?.state ?? {}
  const isSame =
    decided?.state.balance === balance && last?.amount === lastAmount && last?.state === state
  return isSame ? decided?.state.sequence : undefined
}

const indexOf = ({ fold, wishes }: View): Index => {
  const byHash = new Map<string, Decided>()
  const deposits = new Map<string, Decided>()
  for (const decided of fold.decided) {
    const { transaction } = decided
    const { account, hash, amount } = transaction
    const orderId = transaction.type === 'payment' ? transaction.orderId : null
    byHash.set(`${account} ${orderId} ${hash}`, decided)
    if (orderId === null) deposits.set(`${account} ${amount} ${hash}`, decided)
  }
  const asked = new Map(
    wishes.map(({ type, account, hash, amount, asked: at }) => [
      `${type} ${account} ${amount} ${hash}`,
      at,
    ]),
  )
  const latest = new Map<string, number[]>()
  for (const [account, history] of fold.byAccount) {
    let at = 0
    const ats = history.map(({ transaction: { type, amount, hash } }) => {
      const kind = type === 'deposit' ? 'deposit' : 'order'
      at = Math.max(at, asked.get(`${kind} ${account} ${amount} ${hash}`) ?? 0)
      return at
    })
    latest.set(account, ats)
  }
  return {
    byLast: (account, orderId, hash) => byHash.get(`${account} ${orderId} ${hash}`),
    askedUpTo: (account, sequence) => latest.get(account)?.[sequence - 1] ?? 0,
    toldBy: (operation) => {
      const { type, request, answer } = operation
      if (type === 'deposit' && isAcknowledgement(operation)) {
        return deposits.get(`${request.account} ${request.amount} ${request.hash}`)
      }
      // An outcome that is known was decided, so its transaction had its number by then.
      const isDecided =
        operation.outcome === 'ok' &&
        (type === 'message' || (type === 'status' && statusIn(answer) !== 'PENDING'))
      return isDecided ? fold.byOrder.get(request.orderId ?? 0) : undefined
    },
  }
}

const statusIn = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : 'PENDING'
