import type { Sql } from '../../shared/database.ts'
import type { Audit } from './audit.ts'

const PAGE = 1_000

type OrderRow = {
  order_id: bigint
  account: string
  amount: bigint
  hash: string
  status: 'PENDING' | 'COMPLETE' | 'FAILED'
  is_late: boolean
}

/**
 * Every order against what billing decided and the message that was kept. An order is decided
 * after billing has decided it, so what is decided here must be decided there. What is not decided
 * yet, or has no message, is wrong only when it is late.
 */
export const verifyOrders = async (audit: Audit): Promise<void> => {
  const { databases, findings, pace } = audit
  for (let after = 0n; ; ) {
    const orders = await nextOrders(databases.order, after, audit.lateSeconds)
    const ids = orders.map(({ order_id }) => order_id)
    const [decisions, messages] = await Promise.all([
      decisionsOf(databases.billing, ids),
      messagesOf(databases.notification, ids),
    ])
    findings.looked('orders', orders.length)
    for (const order of orders) {
      const problem = problemOfOrder(
        order,
        decisions.get(order.order_id),
        messages.get(order.order_id),
        audit.lateSeconds,
      )
      if (problem === undefined) continue
      const { account, order_id } = order
      findings.found({ check: 'orders', account, orderId: Number(order_id), text: problem })
    }
    if (orders.length < PAGE) return
    after = ids.at(-1) ?? after
    await pace()
  }
}

const nextOrders = (sql: Sql, after: bigint, lateSeconds: number) =>
  sql<OrderRow[]>`
    select order_id, account, amount, hash, status,
           coalesce(decided_at, created_at) < now() - ${lateSeconds} * interval '1 second' as is_late
    from orders where order_id > ${String(after)}::bigint order by order_id limit ${PAGE}`

/** `sequence` is missing for an order that named no account, `state` for one that waits. */
export type Decision = {
  account: string
  amount: bigint
  hash: string
  sequence: bigint | null
  state: 'APPROVED' | 'REJECTED' | null
}

export const decisionsOf = async (
  sql: Sql,
  ids: readonly bigint[],
): Promise<Map<bigint, Decision>> => {
  const rows = await sql<(Decision & { order_id: bigint })[]>`
    select t.order_id, t.account, t.amount, t.hash, t.sequence, journal.state
    from transactions t left join journal using (account, sequence)
    where t.order_id = any(${ids.map(String)}::bigint[])`
  return new Map(rows.map(({ order_id, ...decision }) => [order_id, decision]))
}

export type Outcome = 'approved' | 'rejected'

export const messagesOf = async (
  sql: Sql,
  ids: readonly bigint[],
): Promise<Map<bigint, Outcome>> => {
  const rows = await sql<{ order_id: bigint; outcome: Outcome }[]>`
    select order_id, outcome from messages where order_id = any(${ids.map(String)}::bigint[])`
  return new Map(rows.map(({ order_id, outcome }) => [order_id, outcome]))
}

/** What billing says became of it; undefined while it says nothing. */
export const outcomeOf = ({ sequence, state }: Decision): Outcome | undefined => {
  if (sequence === null) return 'rejected'
  if (state === null) return undefined
  return state === 'APPROVED' ? 'approved' : 'rejected'
}

export const problemOfOrder = (
  order: Pick<OrderRow, 'account' | 'amount' | 'hash' | 'status' | 'is_late'>,
  decision: Decision | undefined,
  message: Outcome | undefined,
  lateSeconds: number,
): string | undefined => {
  const { status, is_late: isLate } = order
  if (decision !== undefined && !isSameWish(order, decision)) {
    return `it is ${wishOf(order)}, but billing took ${wishOf(decision)}`
  }
  if (status === 'PENDING') {
    return isLate ? `it has been pending for more than ${lateSeconds} s` : undefined
  }
  const own: Outcome = status === 'COMPLETE' ? 'approved' : 'rejected'
  if (decision === undefined) return `it is ${status}, but billing does not know it`
  // Where the journal's line is not stored yet there is nothing to compare with.
  const decided = outcomeOf(decision) ?? own
  if (decided !== own) return `it is ${status}, but billing says ${decided}`
  if (message === undefined) return isLate ? `it is ${status} and has no message` : undefined
  return message === own ? undefined : `it is ${status}, but its message says ${message}`
}

type Wish = { account: string; amount: bigint; hash: string }

const isSameWish = (a: Wish, b: Wish): boolean => wishOf(a) === wishOf(b)
const wishOf = ({ account, amount, hash }: Wish): string => `${amount} of ${account} (${hash})`

/** The other way round: nothing was taken, and nobody was told, that nobody ordered. */
export const verifyOrigins = async ({ databases, findings, pace }: Audit): Promise<void> => {
  for (const [check, next] of [
    ['payments', nextPayments(databases.billing)],
    ['messages', nextMessages(databases.notification)],
  ] as const) {
    for (let after = 0n; ; ) {
      const ids = await next(after)
      const rows = await databases.order<{ order_id: bigint }[]>`
        select order_id from orders where order_id = any(${ids.map(String)}::bigint[])`
      const known = new Set(rows.map(({ order_id }) => order_id))
      findings.looked(check, ids.length)
      for (const id of ids) {
        if (known.has(id)) continue
        findings.found({ check, orderId: Number(id), text: 'order does not know this order' })
      }
      if (ids.length < PAGE) break
      after = ids.at(-1) ?? after
      await pace()
    }
  }
}

const nextPayments = (sql: Sql) => async (after: bigint) =>
  (
    await sql<{ order_id: bigint }[]>`
      select order_id from transactions where order_id > ${String(after)}::bigint
      order by order_id limit ${PAGE}`
  ).map(({ order_id }) => order_id)

const nextMessages = (sql: Sql) => async (after: bigint) =>
  (
    await sql<{ order_id: bigint }[]>`
      select order_id from messages where order_id > ${String(after)}::bigint
      order by order_id limit ${PAGE}`
  ).map(({ order_id }) => order_id)
