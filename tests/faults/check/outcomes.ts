import { placeOf } from '../dump/dump.ts'
import { shown } from './bytes.ts'
import { outcomeBytes, outcomeOf, refusalOf } from './expected.ts'
import { each, type Invariant, some, together } from './invariant.ts'
import type { OutcomeValue } from './reading.ts'
import type { View } from './view.ts'

/** What the world is told of orders. */
export const OUTCOME_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'outcomes-are-the-fold',
    promise:
      'Every decided or refused order has an outcome, its only one; repeats are equal to the byte',
    find: (view) => {
      const expected = expectedOutcomes(view)
      const told = new Set(view.readings.outcomes.map(({ value }) => value.orderId))
      return together(
        each(view.readings.outcomes, ({ record, value: { orderId, account } }) => {
          const want = expected.get(orderId)
          if (want !== undefined && outcomeBytes(want) === record.value) return []
          const right = want === undefined ? 'nothing' : outcomeBytes(want)
          const detail = `it is told ${shown(record.value)}, should be ${right}`
          return [{ account, orderId, detail, records: [placeOf(record)] }]
        }),
        each(expected.values(), ({ orderId, account }) =>
          some(
            !told.has(orderId) && { account, orderId, detail: 'its outcome was never published' },
          ),
        ),
      )
    },
  },
  {
    name: 'ledger-tells-once',
    promise:
      'In the ledger’s own transactions each order has exactly one outcome; repeats are the relay’s',
    find: (view) => {
      if (view.batches === undefined) return { looked: 0, problems: [] }
      const told = Map.groupBy(
        view.readings.outcomes.filter(({ record }) => isTransactional(view, record)),
        ({ value }) => value.orderId,
      )
      return together(
        each(view.fold.byOrder, ([orderId, { state }]) => {
          const records = (told.get(orderId) ?? []).map(({ record }) => placeOf(record))
          const detail = `the ledger told its outcome ${records.length} times`
          return some(records.length !== 1 && { account: state.account, orderId, detail, records })
        }),
        each(told, ([orderId, reads]) => {
          const records = reads.map(({ record }) => placeOf(record))
          const detail = 'the ledger told an outcome of an order that it never had'
          return some(!view.fold.byOrder.has(orderId) && { orderId, detail, records })
        }),
      )
    },
  },
  {
    name: 'orders-agree',
    promise: 'Each order is decided, and its status, reason, outcome and one message agree',
    find: (view) => {
      const expected = expectedOutcomes(view)
      const messages = Map.groupBy(view.tables.messages, ({ order_id }) => order_id)
      return together(
        each(view.tables.orders, ({ order_id: orderId, account, status, reason }) => {
          const want = expected.get(orderId)
          const kept = (messages.get(orderId) ?? []).map(({ outcome }) => outcome)
          const found = `${status} (${reason}), messages: ${kept.join(', ') || 'none'}`
          const right =
            want &&
            `${want.outcome === 'approved' ? 'COMPLETE' : 'FAILED'} (${want.reason}), messages: ${want.outcome}`
          const detail = `it is ${found}; should be ${right ?? 'decided'}`
          return some(found !== right && { account, orderId, detail })
        }),
        each(messages.keys(), (orderId) =>
          some(!view.rows.orders.has(orderId) && { orderId, detail: 'a message of no order' }),
        ),
      )
    },
  },
]

/** By order: what the ledger decided, and what never came to it for want of an account. */
export const expectedOutcomes = ({ fold, rows }: View): Map<number, OutcomeValue> => {
  const expected = new Map<number, OutcomeValue>()
  for (const [orderId, row] of rows.paymentsByOrder) {
    if (row.sequence === null) expected.set(orderId, refusalOf(row))
  }
  for (const [orderId, decided] of fold.byOrder) {
    const outcome = outcomeOf(decided)
    if (outcome) expected.set(orderId, outcome)
  }
  return expected
}

type Place = { topic: string; partition: number; offset: number }

/** By halving: batches are many, and lie in the order of their offsets. */
const isTransactional = ({ batchesOf }: View, { topic, partition, offset }: Place): boolean => {
  const batches = batchesOf(topic, partition)
  let [low, high] = [0, batches.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((batches[middle]?.lastOffset ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return batches[low]?.isTransactional === true
}
