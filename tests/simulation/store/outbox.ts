import type { Outgoing } from '../../../shared/kafka/record.ts'
import type { OpenOutboxSession } from '../../../shared/outbox/session.ts'
import { at } from '../../../shared/tracing/traceparent.ts'
import { Pool, type PoolOptions, type Run } from './pool.ts'
import { nextIdentity, type Table, table } from './table.ts'
import { all, insertNew, lockRow, reading, remove, type Transaction } from './transaction.ts'

export type OutboxRow = Outgoing & { id: number; createdAt: number }

export const outboxTable = (): Table<OutboxRow> =>
  table({ name: 'outbox', keyOf: ({ id }) => String(id) })

/** As shared/outbox/enqueue.ts. */
export const enqueueing =
  (inside: Run, outbox: Table<OutboxRow>) =>
  async (messages: readonly Outgoing[]): Promise<void> => {
    if (messages.length > 0) await inside('enqueue', (tx) => enqueue(tx, outbox, messages))
  }

function* enqueue(tx: Transaction, outbox: Table<OutboxRow>, messages: readonly Outgoing[]) {
  for (const { topic, key, value, traceparent } of messages) {
    const id = nextIdentity(outbox)
    const row = at(traceparent, { id, topic, key, value, createdAt: tx.startedAt })
    yield* insertNew(tx, outbox, row)
  }
}

const LOCK = 7_316_001
const ROWS_MAX = 500
const IDLE_SESSION_MS = 8_000
/** How long the word of another process is under way; it is not lost unless the connection is. */
const TOLD_MS = 2

/** As shared/outbox/session.ts. */
export const memoryOutbox =
  (
    options: Omit<PoolOptions, 'connections' | 'idleSessionMs'>,
    outbox: Table<OutboxRow>,
  ): OpenOutboxSession =>
  (onTold) => {
    const session = new Pool({ ...options, connections: 1, idleSessionMs: IDLE_SESSION_MS })
    const { run } = session
    let isClosed = false
    const { database, world, process } = options
    const told = () => void world.after(TOLD_MS, process, () => isClosed || onTold())
    return {
      close: () => {
        // The server may take this session for alive; nothing that it says arrives any more.
        isClosed = true
        return session.close()
      },
      forget: (sent) => run('forget', (tx) => forget(tx, outbox, sent)),
      tell: () => run('tell', reading(database.notify)),
      look: (sent) =>
        run('look', function* (tx, own) {
          const taken = database.tryAdvisoryLock(LOCK, tx, own)
          if (taken) database.listen(own, told)
          yield* forget(tx, outbox, sent)
          const waiting = all(tx, outbox).toSorted((a, b) => a.id - b.id)
          const last = BigInt(waiting.at(-1)?.id ?? 0)
          const rows = waiting.slice(0, taken ? ROWS_MAX : 1).map((row) =>
            at(row.traceparent, {
              topic: row.topic,
              key: row.key,
              value: row.value,
              id: BigInt(row.id),
              last,
              age: (world.now() - row.createdAt) / 1_000,
            }),
          )
          return { taken, rows }
        }),
    }
  }

function* forget(tx: Transaction, outbox: Table<OutboxRow>, sent: readonly bigint[]) {
  for (const id of sent) {
    const row = yield* lockRow(tx, outbox, String(id))
    if (row !== undefined) remove(tx, outbox, String(id))
  }
}
