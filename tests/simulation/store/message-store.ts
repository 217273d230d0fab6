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
  { run }: Pool,
  { messages }: MessageTables,
): { keep: KeepMessages; find: (orderId: number) => Promise<Decided | undefined> } => ({
  keep: async (decided) => {
    const inserted = await run('insert', function* (tx) {
      const kept: Decided[] = []
      for (const one of decided.toSorted((a, b) => a.orderId - b.orderId)) {
        const { orderId, outcome } = one
        const conflict = yield* insert(tx, messages, { orderId, outcome })
        if (conflict === undefined) kept.push(one)
      }
      return byOrder(kept)
    })
    const before = decided.flatMap(({ orderId }) => (inserted.has(orderId) ? [] : [orderId]))
    if (before.length === 0) return inserted
    const standing = reading((tx) => before.flatMap((id) => get(tx, messages, String(id)) ?? []))
    return new Map([...inserted, ...byOrder(await run('standing', standing))])
  },
  find: (orderId) =>
    run(
      'find',
      reading((tx) => get(tx, messages, String(orderId))),
    ),
})

const byOrder = (rows: readonly Decided[]): Map<number, Decided['outcome']> =>
  new Map(rows.map(({ orderId, outcome }) => [orderId, outcome]))
