import { pause } from '../../shared/wait.ts'
import { fundsOfAccount } from './accounts.ts'
import { forEachAtOnce } from './closed-loop.ts'
import type { Contract } from './contract.ts'
import type { Accepted, Orders } from './orders.ts'

/**
 * How long the newest orders take to be decided and told, in ms from now: the backlog that a load
 * left behind. Undefined when it is not done by the deadline.
 */
export const drain = async (
  contract: Contract,
  accepted: readonly Accepted[],
  deadlineMs: number,
): Promise<number | undefined> => {
  const start = performance.now()
  // Enough to hold the newest order of every partition; asked one by one, so as not to disturb.
  const read = fieldReader(start + deadlineMs)
  for (const { orderId } of accepted.slice(-64)) {
    while ((await read(() => contract.readNotification(orderId), 'text')) === undefined) {
      if (performance.now() - start > deadlineMs) return undefined
      await pause(20)
    }
  }
  return performance.now() - start
}

export type Audit = {
  /** Accepted, but without a final status or without a notification by the deadline. */
  missing: string[]
  /** Decided otherwise than a covered order must be, or told otherwise than decided. */
  wrong: string[]
  /** Accounts whose balance is not what their paid orders leave. */
  unbalanced: string[]
  /** Left out of the balances, because an order of theirs got no clear answer. */
  uncertain: number
}

/** Looks at every accepted order and every account. Every order of the load is covered. */
export const audit = async (
  contract: Contract,
  { accepted, uncertain }: Pick<Orders, 'accepted' | 'uncertain'>,
  accounts: readonly string[],
  deadlineMs: number,
): Promise<Audit> => {
  const end = performance.now() + deadlineMs
  const { missing, wrong } = await auditOrders(contract, accepted, end)
  const paid = Map.groupBy(accepted, ({ account }) => account)
  const read = fieldReader(end)
  const unbalanced: string[] = []
  const certain = accounts.filter((account) => !uncertain.has(account))
  await forEachAtOnce(32, certain, async (account) => {
    const expected = fundsOfAccount - (paid.get(account)?.length ?? 0)
    const balance = await read(() => contract.readAccount(account), 'balance')
    if (balance !== expected) unbalanced.push(account)
  })
  return { missing, wrong, unbalanced, uncertain: uncertain.size }
}

const auditOrders = async (
  contract: Contract,
  accepted: readonly Accepted[],
  end: number,
): Promise<Pick<Audit, 'missing' | 'wrong'>> => {
  const read = fieldReader(end)
  const wrong: string[] = []
  let pending = accepted.map(({ orderId }) => orderId)
  while (true) {
    const left: string[] = []
    await forEachAtOnce(32, pending, async (orderId) => {
      const outcome = await outcomeOf(contract, read, orderId)
      if (outcome === undefined) left.push(orderId)
      else if (outcome === 'wrong') wrong.push(orderId)
    })
    pending = left
    if (pending.length === 0 || performance.now() >= end) return { missing: pending, wrong }
    await pause(250)
  }
}

const outcomeOf = async (
  contract: Contract,
  read: FieldReader,
  orderId: string,
): Promise<'right' | 'wrong' | undefined> => {
  const text = await read(() => contract.readNotification(orderId), 'text')
  if (text === undefined) return undefined
  const status = await read(() => contract.readOrder(orderId), 'status')
  if (status !== 'COMPLETE' && status !== 'FAILED') return undefined
  return status === 'COMPLETE' && text === `Заказ ${orderId} оплачен` ? 'right' : 'wrong'
}

/** One field of a 200; undefined for every other answer, and for none. */
type FieldReader = (ask: () => Promise<Response>, field: string) => Promise<unknown>

const fieldReader = (end: number): FieldReader => {
  let unansweredInARow = 0
  return async (ask, field) => {
    // Each of thousands of questions to a dead service would take until its own deadline.
    if (unansweredInARow >= 32 && performance.now() >= end) return undefined
    try {
      const response = await ask()
      const body: unknown = response.ok ? await response.json() : await response.text()
      unansweredInARow = 0
      return typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined
    } catch {
      unansweredInARow++
      return undefined
    }
  }
}
