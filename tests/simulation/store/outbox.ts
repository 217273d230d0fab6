import type { Outgoing } from '../../../shared/kafka/record.ts'
import type { OpenOutboxSession } from '../../../shared/outbox/session.ts'
import { at } from '../../../shared/tracing/traceparent.ts'
import { Pool, type PoolOptions, type Run } from './pool.ts'
import { nextIdentity, type Table, table } from './table.ts'
import { all, insertNew, lockRow, remove, type Transaction } from './transaction.ts'

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

/** As shared/outbox/session.ts. */
export const memoryOutbox =
  (
    options: Omit<PoolOptions, 'connections' | 'idleSessionMs'>,
    outbox: Table<OutboxRow>,
  ): OpenOutboxSession =>
  () => {
    const session = new Pool({ ...options, connections: 1, idleSessionMs: IDLE_SESSION_MS })
    const { run, close } = session
    const { database, world } = options
    return {
      close,
      forget: (sent) => run('forget', (tx) => forget(tx, outbox, sent)),
      look: (sent) =>
        run('look', function* (tx, own) {
          const taken = database.tryAdvisoryLock(LOCK, tx, own)
          yield* forget(tx, outbox, sent)
          const waiting = all(tx, outbox).toSorted((a, b) => a.id - b.id)
          const last = BigInt(waiting.at(-1)?.id ?? 0)
          const rows = waiting.slice(0, ROWS_MAX).map(({ id, createdAt, ...message }) => ({
            ...message,
            id: BigInt(id),
            last,
            age: (world.now() - createdAt) / 1_000,
          }))
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
