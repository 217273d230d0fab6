import { each, type Finding, type Invariant, some, together } from './invariant.ts'
import type { View } from './view.ts'

/** What the tables of the three services say of one another, whatever the log says. */
export const BOOK_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'balances-add-up',
    promise: 'Each balance is what was deposited less what orders took',
    find: addedUp,
  },
  {
    name: 'money-is-conserved',
    promise: 'All balances together are all deposits less all completed orders',
    find: ({ tables }) => {
      const held = total(tables.balances.map(({ balance }) => balance))
      const deposits = tables.transactions.filter(({ type }) => type === 'deposit')
      const paid = tables.orders.filter(({ status }) => status === 'COMPLETE')
      const [came, went] = [amounts(deposits), amounts(paid)]
      const detail = `${held} are held, ${came} came and ${went} went`
      return {
        looked: tables.balances.length,
        problems: some(held !== came - went && { detail }),
      }
    },
  },
  {
    name: 'books-count-transactions',
    promise: 'An account knows how many transactions it has, numbered 1 to n, and their deposits',
    find: ({ tables }) => {
      const rows = Map.groupBy(tables.transactions, ({ account }) => account)
      const applied = new Map(tables.balances.map(({ account, sequence }) => [account, sequence]))
      return each(tables.accounts, ({ account, last_sequence: last, deposited }) => {
        const all = (rows.get(account) ?? []).filter(({ sequence }) => sequence !== null)
        const numbers = all.map(({ sequence }) => sequence ?? 0).toSorted((a, b) => a - b)
        const gap = numbers.findIndex((number, index) => number !== index + 1)
        const sum = amounts(all.filter(({ type }) => type === 'deposit'))
        const [count, done] = [numbers.length, applied.get(account) ?? 0]
        return some(
          gap !== -1 && { account, detail: `its transactions have ${numbers[gap]} after ${gap}` },
          count !== last && { account, detail: `it has ${count} transactions and counts ${last}` },
          sum !== deposited && { account, detail: `${sum} came and it counts ${deposited}` },
          done !== last && { account, detail: `${done} of ${last} transactions are applied` },
        )
      })
    },
  },
  {
    name: 'orders-have-their-transaction',
    promise: 'Each order is one payment in billing’s books, of the same account, amount and hash',
    find: ({ tables, rows }) =>
      together(
        each(tables.orders, ({ order_id: orderId, account, amount, hash }) => {
          const row = rows.paymentsByOrder.get(orderId)
          const right = `${account} ${amount} ${hash}`
          const found = row ? `${row.account} ${row.amount} ${row.hash}` : 'nothing'
          const detail = `it is ${right}, and in billing ${found}`
          return some(found !== right && { account, orderId, detail })
        }),
        each(rows.paymentsByOrder, ([orderId, { account }]) =>
          some(!rows.orders.has(orderId) && { account, orderId, detail: 'a payment of no order' }),
        ),
      ),
  },
]

type Amount = { amount: bigint }

const total = (numbers: readonly bigint[]): bigint =>
  numbers.reduce((sum, number) => sum + number, 0n)
const amounts = (rows: readonly Amount[]): bigint => total(rows.map(({ amount }) => amount))

function addedUp({ tables }: View): Finding {
  const deposits = Map.groupBy(
    tables.transactions.filter(({ type }) => type === 'deposit'),
    ({ account }) => account,
  )
  const paid = Map.groupBy(
    tables.orders.filter(({ status }) => status === 'COMPLETE'),
    ({ account }) => account,
  )
  const balances = new Map(tables.balances.map(({ account, balance }) => [account, balance]))
  const accounts = new Set([
    ...tables.accounts.map(({ account }) => account),
    ...deposits.keys(),
    ...paid.keys(),
    ...balances.keys(),
  ])
  return each(accounts, (account) => {
    const [came, went] = [amounts(deposits.get(account) ?? []), amounts(paid.get(account) ?? [])]
    const held = balances.get(account) ?? 0n
    const detail = `it holds ${held}, ${came} came and ${went} went`
    return some(held !== came - went && { account, detail })
  })
}
