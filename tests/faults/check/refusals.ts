import { DEPOSITED_MAX } from '../../../billing/domain/admission.ts'
import type { Operation } from '../dump/dump.ts'
import { each, type Finding, type Invariant, type Problem, some, together } from './invariant.ts'
import type { View } from './view.ts'
import { isAcknowledgement } from './wishes.ts'

/** Accounts, and what may be said of them when. */
export const REFUSAL_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'accounts-are-those-created',
    promise: 'Every account that was opened for a client is there, and no other',
    find: ({ operations, tables }) => {
      const creations = operations.filter(({ type }) => type === 'create')
      const asked = new Set(creations.map(({ request }) => request.account))
      const there = new Set(tables.accounts.map(({ account }) => account))
      return together(
        each(tables.accounts, ({ account }) =>
          some(!asked.has(account) && { account, detail: 'nobody asked for this account' }),
        ),
        each(creations.filter(isAcknowledgement), ({ request: { account = '' } }) =>
          some(!there.has(account) && { account, detail: 'it was opened, and is lost' }),
        ),
        each(tables.balances, ({ account }) =>
          some(!there.has(account) && { account, detail: 'a balance of no account' }),
        ),
      )
    },
  },
  {
    name: 'refusals-are-true',
    promise: 'A refusal says what is so: known accounts are never unknown, what is reused was used',
    find: refusalsAreTrue,
  },
  {
    name: 'unknown-accounts-were-unknown',
    promise:
      'An order is refused for want of an account only when it was placed before the account',
    find: (view) => {
      const opened = openedAt(view.operations)
      const asked = new Map(
        view.wishes
          .filter(({ type }) => type === 'order')
          .map((wish) => [`${wish.hash} ${wish.account} ${wish.amount}`, wish.asked]),
      )
      const refused = [...view.rows.paymentsByOrder.values()].filter(
        ({ sequence }) => sequence === null,
      )
      return each(refused, ({ account, order_id: orderId, hash, amount }) => {
        const at = asked.get(`${hash} ${account} ${amount}`) ?? 0
        const isKnown = (opened.get(account) ?? Number.POSITIVE_INFINITY) < at
        const detail = 'it was refused for want of an account that was open before it was placed'
        return some(isKnown && { account, orderId, detail })
      })
    },
  },
]

/** When somebody was first told that an account is open. */
const openedAt = (operations: readonly Operation[]): Map<string, number> => {
  const opened = new Map<string, number>()
  for (const operation of operations) {
    const { type, request, completed } = operation
    if (type !== 'create' || !isAcknowledgement(operation)) continue
    const { account = '' } = request
    opened.set(account, Math.min(opened.get(account) ?? completed, completed))
  }
  return opened
}

function refusalsAreTrue(view: View): Finding {
  const opened = openedAt(view.operations)
  const askedFor = new Map<string, bigint>()
  for (const { type, account, amount } of view.wishes) {
    if (type === 'deposit') askedFor.set(account, (askedFor.get(account) ?? 0n) + amount)
  }
  const refused = view.operations.filter(({ outcome }) => outcome === 'failed')
  return each(refused, (operation) => {
    const { request, code = '', type, id, invoked } = operation
    const { account = '', amount = 0n, hash = '' } = request
    const said = (isTrue: boolean, why: string): Problem[] =>
      some(!isTrue && { account, detail: `operation ${id} was told ${code}, but ${why}` })
    switch (code) {
      case 'account_not_found': {
        const isOpen = (opened.get(account) ?? Number.POSITIVE_INFINITY) < invoked
        return said(!isOpen, 'the account was open before it asked')
      }
      case 'hash_reused': {
        const rows = type === 'deposit' ? view.rows.depositsByHash : view.rows.ordersByHash
        const others = (rows.get(hash) ?? []).filter(
          (row) => row.account !== account || row.amount !== amount,
        )
        return said(others.length > 0, `${hash} was used for nothing else`)
      }
      case 'deposit_limit_exceeded':
        return said((askedFor.get(account) ?? 0n) > DEPOSITED_MAX, 'all deposits stay below it')
      default:
        return []
    }
  })
}
