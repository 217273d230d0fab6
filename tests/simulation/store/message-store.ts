import type { Decided, KeepMessages } from '../../../notification/messages.ts'
import type { Pool } from './pool.ts'
import { type Table, table } from './table.ts'
import { get, insert, reading } from './transaction.ts'

export type MessageTables = { messages: Table<Decided> }

export const messageTables = (): MessageTables => ({
  messages: table<Decided>({ name: 'messages', keyOf: ({ orderId }) => String(orderId) }),
})

/** As notification/messages.ts, statement by statement. */
export const memoryMessages = (
  { run, begin }: Pool,
  { messages }: MessageTables,
): { keep: KeepMessages; find: (orderId: number) => Promise<Decided | undefined> } => ({
  keep: (decided) =>
    begin(async (inside) => {
      await inside('insert', function* (tx) {
        for (const one of decided.toSorted((a, b) => a.orderId - b.orderId)) {
          const { orderId, outcome } = one
          yield* insert(tx, messages, { orderId, outcome })
        }
      })
      const standing = reading((tx) => {
        const rows = decided.map(({ orderId }) => get(tx, messages, String(orderId)))
        return new Map(rows.flatMap((row) => (row ? [[row.orderId, row.outcome] as const] : [])))
      })
      return inside('standing', standing)
    }),
  find: (orderId) =>
    run(
      'find',
      reading((tx) => get(tx, messages, String(orderId))),
    ),
})
