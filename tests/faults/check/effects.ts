import type { OrderRow, TransactionRow } from '../dump/rows.ts'
import { each, type Invariant, type Problem, some, together } from './invariant.ts'
import type { View } from './view.ts'
import { isAcknowledged, nameOf, type Wish } from './wishes.ts'

/** What clients were told, against what became of it. */
export const EFFECT_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'acknowledged-is-kept',
    promise: 'Every deposit and order that was acknowledged is there, with its account and amount',
    find: (view) =>
      each(view.wishes.filter(isAcknowledged), (wish) => {
        const found = rowsOf(view, wish)
        const detail = `${nameOf(wish)} was acknowledged, and ${found[0] ? 'is another' : 'is lost'}`
        return some(!found.some((row) => isRowOf(row, wish)) && { account: wish.account, detail })
      }),
  },
  {
    name: 'one-effect-per-wish',
    promise:
      'No hash had an effect twice: not in a table, not under a second number, not in the log',
    find: oneEffect,
  },
  {
    name: 'refusals-have-no-effect',
    promise: 'What was refused for certain, every time it was asked, never happened',
    find: (view) =>
      each(
        view.wishes.filter((wish) => !isAcknowledged(wish) && !wish.isOpen),
        (wish) => {
          const { account } = wish
          const detail = `${nameOf(wish)} was refused, and is there`
          return some(rowsOf(view, wish).some((row) => isRowOf(row, wish)) && { account, detail })
        },
      ),
  },
  {
    name: 'one-acknowledgement-per-wish',
    promise: 'Only one call is told that it did it; all others are told of the same order',
    find: (view) =>
      each(view.wishes.filter(isAcknowledged), (wish) => {
        const { account, operations } = wish
        const done = operations.filter(({ outcome }) => outcome === 'ok')
        const ids = new Set(operations.flatMap((operation) => orderIdIn(operation.answer)))
        const rowIds = rowsOf(view, wish).flatMap((row) => ('status' in row ? [row.order_id] : []))
        const strangers = [...ids].filter((id) => !rowIds.includes(id))
        return some(
          done.length > 1 && { account, detail: `${nameOf(wish)} was done ${done.length} times` },
          ids.size > 1 && { account, detail: `${nameOf(wish)} is ${[...ids].join(' and ')}` },
          strangers.length > 0 && { account, detail: `${nameOf(wish)} is not ${strangers[0]}` },
        )
      }),
  },
  {
    name: 'nothing-from-nowhere',
    promise: 'Every deposit and order that is there was asked for, as it is',
    find: ({ tables, wishes }) => {
      const asked = new Set(wishes.map(nameOf))
      const unasked = (type: Wish['type'], row: TransactionRow | OrderRow): Problem[] => {
        const name = nameOf({ ...row, type } as unknown as Wish)
        return some(!asked.has(name) && { account: row.account, detail: `nobody asked: ${name}` })
      }
      return together(
        each(tables.orders, (row) => unasked('order', row)),
        each(
          tables.transactions.filter(({ type }) => type === 'deposit'),
          (row) => unasked('deposit', row),
        ),
      )
    },
  },
]

type Row = TransactionRow | OrderRow

const rowsOf = ({ rows }: View, { type, hash }: Wish): Row[] =>
  (type === 'deposit' ? rows.depositsByHash : rows.ordersByHash).get(hash) ?? []

const isRowOf = (row: Row, { account, amount }: Wish): boolean =>
  row.account === account && row.amount === amount

const orderIdIn = (answer: unknown): number[] => {
  const id = typeof answer === 'object' && answer !== null && 'orderId' in answer && answer.orderId
  return typeof id === 'number' ? [id] : []
}

function oneEffect({ rows, readings }: View) {
  const inLog = Map.groupBy(
    readings.transactions.filter(({ value }) => value.type === 'deposit'),
    ({ value }) => value.hash,
  )
  const ordersInLog = Map.groupBy(readings.orders, ({ value }) => value.hash)
  return together(
    each([...rows.depositsByHash, ...rows.ordersByHash], ([hash, found]) =>
      some(
        found.length > 1 && {
          account: found[0]?.account,
          detail: `hash ${hash} is there ${found.length} times`,
        },
      ),
    ),
    each(inLog, ([hash, reads]) => {
      const numbers = new Set(reads.map(({ value }) => `${value.account} ${value.sequence}`))
      const detail = `deposit ${hash} is in the log as ${[...numbers].join(' and ')}`
      return some(numbers.size > 1 && { account: reads[0]?.value.account, detail })
    }),
    each(ordersInLog, ([hash, reads]) => {
      const ids = new Set(reads.map(({ value }) => value.orderId))
      const detail = `hash ${hash} is in the log as orders ${[...ids].join(' and ')}`
      return some(ids.size > 1 && { account: reads[0]?.value.account, detail })
    }),
  )
}
