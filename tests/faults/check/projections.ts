import { placeOf } from '../dump/dump.ts'
import { shown } from './bytes.ts'
import { orderBytes, transactionBytes } from './expected.ts'
import { each, type Invariant, type Problem, together } from './invariant.ts'
import type { Read } from './reading.ts'
import type { View } from './view.ts'

/** Every table that mirrors a topic, and every topic that mirrors a table. */
export const PROJECTION_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'balances-table-is-the-topic',
    promise: 'The cached balances are the latest rows of bankBalance, no more and no less',
    find: ({ readings: { balances }, tables }) =>
      mirrored(
        new Map(balances.map((read) => [read.value.account, read])),
        new Map(tables.balances.map((row) => [row.account, row])),
        (value) =>
          `${value.sequence} ${value.balance} ${value.lastAmount} ${value.lastHash} ${value.lastOrderId} ${value.lastTransactionState}`,
        (row) =>
          `${row.sequence} ${row.balance} ${row.last_amount} ${row.last_hash} ${row.last_order_id} ${row.last_state}`,
      ),
  },
  {
    name: 'journal-table-is-the-topic',
    promise: 'The stored journal is processedTransaction, line by line',
    find: ({ readings: { journal }, tables }) =>
      mirrored(
        new Map(journal.map((read) => [`${read.value.account} ${read.value.sequence}`, read])),
        new Map(tables.journal.map((row) => [`${row.account} ${row.sequence}`, row])),
        (value) =>
          `${value.type} ${value.hash} ${value.orderId} ${value.amount} ${value.state} ${value.reason} ${value.balance}`,
        (row) =>
          `${row.type} ${row.hash} ${row.order_id} ${row.amount} ${row.state} ${row.reason} ${row.balance}`,
      ),
  },
  {
    name: 'transactions-table-is-the-topic',
    promise: 'Every numbered transaction is in the log as it is stored, and no other',
    find: ({ readings: { transactions }, tables }) =>
      mirrored(
        new Map(transactions.map((read) => [`${read.value.account} ${read.value.sequence}`, read])),
        new Map(
          tables.transactions.flatMap((row) => {
            const { sequence } = row
            return sequence === null
              ? []
              : [[`${row.account} ${sequence}`, { ...row, sequence }] as const]
          }),
        ),
        (_value, record) => shown(record.value),
        (row) => shown(transactionBytes(row)),
      ),
  },
  {
    name: 'orders-table-is-the-topic',
    promise: 'Every order is in the log as it is stored, and no other',
    find: ({ readings: { orders }, rows }) =>
      mirrored(
        new Map(orders.map((read) => [read.value.orderId, read])),
        rows.orders,
        (_value, record) => shown(record.value),
        (row) => shown(orderBytes(row)),
      ),
  },
]

/** The same keys on both sides, and the same under each. */
const mirrored = <K, T, Row>(
  topic: ReadonlyMap<K, Read<T>>,
  table: ReadonlyMap<K, Row>,
  ofTopic: (value: T, record: Read<T>['record']) => string,
  ofTable: (row: Row) => string,
) => {
  const problem = (key: K, inTopic: string, inTable: string, read?: Read<T>): Problem => ({
    ...named(key),
    detail: `${String(key)}: the topic says ${inTopic}, the table ${inTable}`,
    ...(read && { records: [placeOf(read.record)] }),
  })
  return together(
    each(topic, ([key, read]) => {
      const row = table.get(key)
      const inTopic = ofTopic(read.value, read.record)
      const inTable = row === undefined ? 'nothing' : ofTable(row)
      return inTopic === inTable ? [] : [problem(key, inTopic, inTable, read)]
    }),
    each(table, ([key, row]) => (topic.has(key) ? [] : [problem(key, 'nothing', ofTable(row))])),
  )
}

const named = (key: unknown): Partial<Problem> =>
  typeof key === 'number' ? { orderId: key } : { account: String(key).split(' ')[0] }
