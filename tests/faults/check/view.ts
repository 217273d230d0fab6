import type { Batch, Dump, DumpRecord } from '../dump/dump.ts'
import type { OrderRow, TransactionRow } from '../dump/rows.ts'
import { type Fold, foldTransactions } from './fold.ts'
import { plantedBy } from './planted.ts'
import { type Readings, readAllRecords } from './reading.ts'
import { type Wish, wishesOf } from './wishes.ts'

/** A dump, and what several invariants want to know of it: worked out once. */
export type View = Dump & {
  isPlanted: (record: DumpRecord) => boolean
  readings: Readings
  fold: Fold
  wishes: Wish[]
  rows: {
    /** A hash has one row, if all is well. */
    depositsByHash: Map<string, TransactionRow[]>
    ordersByHash: Map<string, OrderRow[]>
    orders: Map<number, OrderRow>
    paymentsByOrder: Map<number, TransactionRow & { order_id: number }>
  }
  /** Of one partition, in the order of their offsets. */
  batchesOf: (topic: string, partition: number) => readonly Batch[]
}

export const viewOf = (dump: Dump): View => {
  const isPlanted = plantedBy(dump.faults)
  const readings = readAllRecords(dump, isPlanted)
  const { orders, transactions } = dump.tables
  const batches = Map.groupBy(dump.batches ?? [], ({ topic, partition }) => `${topic}/${partition}`)
  return {
    ...dump,
    isPlanted,
    readings,
    fold: foldTransactions(readings.transactions),
    wishes: wishesOf(dump.operations),
    rows: {
      depositsByHash: Map.groupBy(
        transactions.filter(({ type }) => type === 'deposit'),
        ({ hash }) => hash,
      ),
      ordersByHash: Map.groupBy(orders, ({ hash }) => hash),
      orders: new Map(orders.map((row) => [row.order_id, row])),
      paymentsByOrder: new Map(
        transactions.flatMap((row) => {
          const { order_id } = row
          return order_id === null ? [] : [[order_id, { ...row, order_id }] as const]
        }),
      ),
    },
    batchesOf: (topic, partition) => batches.get(`${topic}/${partition}`) ?? [],
  }
}
