import {
  type Account,
  decide,
  evolve,
  openAccount,
  type Transaction,
} from '../../../billing/domain/account.ts'
import { balanceCodec, journalCodec, transactionCodec } from '../../../billing/events.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'
import type { Evidence } from './collect.ts'
import type { Acknowledged } from './load.ts'

/**
 * What must be true whatever happened, checked on what the system kept against what its clients
 * were told. Answers a sentence for each violation; none means that nothing was lost or doubled.
 */
export const check = (acknowledged: Acknowledged, evidence: Evidence): string[] => [
  ...ordersAreKept(acknowledged, evidence),
  ...depositsAreKept(acknowledged, evidence),
  ...sequencesHaveNoGap(evidence),
  ...ordersAreDecidedOnce(evidence),
  ...balancesAreTheFold(evidence),
  ...nothingIsLeft(evidence),
]

/** An acknowledged order is there once, decided, and its status, decision and message agree. */
const ordersAreKept = ({ orders }: Acknowledged, evidence: Evidence): string[] => {
  const rows = new Map(evidence.orders.map((row) => [Number(row.order_id), row]))
  const messages = new Map(evidence.messages.map((row) => [Number(row.order_id), row.outcome]))
  const decisions = decisionsOf(evidence)
  return orders.flatMap(({ orderId, account, amount, hash }) => {
    const row = rows.get(orderId)
    if (row === undefined) return [`order ${orderId} was acknowledged and is lost`]
    if (row.account !== account || BigInt(row.amount) !== amount || row.hash !== hash) {
      return [`order ${orderId} is not the one that was acknowledged`]
    }
    const [decision] = decisions.get(orderId) ?? []
    const expected = decision === 'APPROVED' ? ['COMPLETE', 'approved'] : ['FAILED', 'rejected']
    const found = [row.status, messages.get(orderId) ?? 'no message']
    return decision !== undefined && String(found) === String(expected)
      ? []
      : [`order ${orderId} was decided ${decision ?? 'never'}, but is ${found.join(', ')}`]
  })
}

const depositsAreKept = ({ deposits }: Acknowledged, { transactions }: Evidence): string[] => {
  const byHash = Map.groupBy(
    transactions.filter(({ type }) => type === 'deposit'),
    ({ hash }) => hash,
  )
  return deposits.flatMap(({ account, amount, hash }) => {
    const rows = byHash.get(hash) ?? []
    const [row] = rows
    if (row === undefined) return [`deposit ${hash} was acknowledged and is lost`]
    if (rows.length > 1) return [`deposit ${hash} is there ${rows.length} times`]
    return row.account === account && BigInt(row.amount) === amount
      ? []
      : [`deposit ${hash} is not the one that was acknowledged`]
  })
}

const sequencesHaveNoGap = ({ accounts, transactions, journal }: Evidence): string[] => {
  const numbers = (rows: readonly { account: string; sequence: string | null }[]) => {
    const numbered = rows.filter(({ sequence }) => sequence !== null)
    return Map.groupBy(numbered, ({ account }) => account)
  }
  const [stored, journaled] = [numbers(transactions), numbers(journal)]
  return accounts.flatMap(({ account, last_sequence }) =>
    [
      ['transactions', stored.get(account) ?? []] as const,
      ['journal', journaled.get(account) ?? []] as const,
    ].flatMap(([name, rows]) => {
      const found = rows.map(({ sequence }) => Number(sequence)).toSorted((a, b) => a - b)
      const isGapless = found.every((sequence, index) => sequence === index + 1)
      return isGapless && found.length === Number(last_sequence)
        ? []
        : [`${name} of ${account}: ${found.length} up to ${found.at(-1)}, not 1…${last_sequence}`]
    }),
  )
}

/** In the committed log, each transaction has one line and each order one decision. */
const ordersAreDecidedOnce = (evidence: Evidence): string[] => {
  const lines = journalOf(evidence)
  const byNumber = Map.groupBy(lines, ({ account, sequence }) => `${account} ${sequence}`)
  return [
    ...[...byNumber].flatMap(([number, list]) =>
      list.length === 1 ? [] : [`transaction ${number} was decided ${list.length} times`],
    ),
    ...[...decisionsOf(evidence)].flatMap(([orderId, list]) =>
      list.length === 1 ? [] : [`order ${orderId} was decided ${list.length} times`],
    ),
  ]
}

/** Folding the transactions again gives the decisions, the table, and its copy in Postgres. */
const balancesAreTheFold = (evidence: Evidence): string[] => {
  const folded = new Map<string, Account>()
  const problems: string[] = []
  const lines = new Map(
    journalOf(evidence).map((line) => [`${line.account} ${line.sequence}`, line] as const),
  )
  for (const transaction of decoded(evidence.topics.bankTransaction, transactionCodec.decode)) {
    const before = folded.get(transaction.account) ?? openAccount(transaction.account)
    const decision = decide(before, transaction)
    if (decision.type === 'repeated' || decision.type === 'gap') continue
    const state = evolve(before, decision)
    folded.set(transaction.account, state)
    const line = lines.get(`${transaction.account} ${transaction.sequence}`)
    if (line?.balance !== state.balance || line.state !== state.last?.state) {
      problems.push(`${nameOf(transaction)} was journaled ${line?.state}, ${line?.balance}`)
    }
  }
  const table = new Map(
    decoded(evidence.topics.bankBalance, balanceCodec.decode).map((row) => [row.account, row]),
  )
  const cached = new Map(evidence.balances.map((row) => [row.account, row]))
  for (const [account, { balance, sequence }] of folded) {
    for (const [name, row] of [
      ['bankBalance', table.get(account)],
      ['balances', cached.get(account)],
    ] as const) {
      if (BigInt(row?.balance ?? -1) !== balance || Number(row?.sequence) !== sequence) {
        problems.push(`${name} of ${account} is ${row?.balance}, the fold says ${balance}`)
      }
    }
  }
  return problems
}

const nothingIsLeft = ({ waiting, hanging, topics }: Evidence): string[] => [
  ...waiting.flatMap(({ service, count }) =>
    count === 0 ? [] : [`the outbox of ${service} still holds ${count}`],
  ),
  ...hanging.map((where) => `a transaction hangs at ${where}`),
  ...topics.deadLetter.map(({ value }) => `a dead letter: ${value?.toString().slice(0, 200)}`),
]

const nameOf = ({ account, sequence }: Transaction): string => `transaction ${account} ${sequence}`

const journalOf = ({ topics }: Evidence) =>
  decoded(topics.processedTransaction, journalCodec.decode)

/** What the committed log says of each order; an order of no account is refused by its row. */
const decisionsOf = (evidence: Evidence): Map<number, string[]> => {
  const decisions = new Map<number, string[]>()
  const add = (orderId: number, state: string) =>
    decisions.set(orderId, [...(decisions.get(orderId) ?? []), state])
  for (const { orderId, state } of journalOf(evidence)) if (orderId !== null) add(orderId, state)
  for (const { order_id, sequence } of evidence.transactions) {
    if (sequence === null) add(Number(order_id), 'REJECTED')
  }
  return decisions
}

const decoded = <T>(
  records: readonly Incoming[],
  decode: (bytes: Buffer | null) => { ok: true; value: T } | { ok: false; reason: string },
): T[] =>
  records.flatMap(({ value }) => {
    const result = decode(value)
    return result.ok ? [result.value] : []
  })
