import { Counter, Histogram } from 'prom-client'
import { crashPoint } from '../crash-point.ts'
import type { Signal } from '../health.ts'
import type { Sender } from '../kafka/sender.ts'
import type { Part } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { type Bell, backoffMs, pause, withDeadline } from '../wait.ts'
import { observeBacklog } from './backlog.ts'
import type { OpenOutboxSession } from './session.ts'

export type RelayOptions = {
  openSession: OpenOutboxSession
  sender: Sender
  /** Rung after each commit of this process that enqueued something. */
  work: Bell
  health: Signal
  log: Log
}

/**
 * Polling is only the fallback: our own writes ring, and those of other processes are told. Who has
 * the lock finds so what somebody enqueued who died before the ring; who has not, that it is free.
 */
const POLL_MS = { withLock: 2_000, without: 500 } as const
/** Beyond connecting and a statement's own limit. */
const DEADLINE_MS = 10_000

/**
 * Moves the outbox to the log: reads the oldest rows, sends them, and deletes them after the ack.
 * A crash in between sends them again; readers expect that. Rows are deleted rather than passed
 * by a cursor, so one that commits late with a lower id is simply found at the next look.
 *
 * A session advisory lock lets one relay of a service send at a time, which keeps each key's
 * records in sequence. Only liveness rests on it: should two ever run, they send repeats.
 */
export const relay = (options: RelayOptions): Part => ({
  name: 'relay',
  start: async () => {
    const stopping = new AbortController()
    const running = run(options, stopping.signal)
    return async () => {
      stopping.abort()
      await running
      await options.sender.close()
    }
  },
})

const run = async (options: RelayOptions, signal: AbortSignal): Promise<void> => {
  const { log, health } = options
  for (let failures = 0; !signal.aborted; ) {
    try {
      await sendInOneSession(options, signal, () => {
        failures = 0
        health.up()
      })
    } catch (error) {
      failures += 1
      health.down('the outbox cannot be sent')
      log.warn({ error, failures }, 'the relay starts over')
      await pause(backoffMs(failures), signal)
    }
  }
}

/** A session that failed is thrown away with its lock, as a producer is. */
const sendInOneSession = async (
  { openSession, sender, work }: RelayOptions,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> => {
  const session = openSession(work.ring)
  try {
    let sent: bigint[] = []
    while (!signal.aborted) {
      const look = session.look(sent)
      const seen = await withDeadline(look, DEADLINE_MS, 'a look at the outbox')
      const [oldest] = seen.rows
      observeBacklog(oldest === undefined ? undefined : { ...oldest, first: oldest.id })
      // Who has not got the lock sees the backlog, and leaves it to the one who has.
      const rows = seen.taken ? seen.rows : []
      if (rows.length > 0) {
        crashPoint('relay.looked')
        await sender.send(rows)
        crashPoint('relay.sent')
        relayed.inc(rows.length)
        batchRows.observe(rows.length)
      }
      sent = rows.map(({ id }) => id)
      onProgress()
      if (rows.length > 0) continue
      // Of a write here the one with the lock, in another process, has heard nothing.
      if (!seen.taken && oldest !== undefined) {
        await withDeadline(session.tell(), DEADLINE_MS, 'the word that the outbox is not empty')
      }
      await work.heard(seen.taken ? POLL_MS.withLock : POLL_MS.without, signal)
    }
    await withDeadline(session.forget(sent), DEADLINE_MS, 'the last rows to be deleted')
  } finally {
    await session.close()
  }
}

const relayed = new Counter({ name: 'outbox_sent_total', help: 'Outbox rows sent to the log.' })
const batchRows = new Histogram({
  name: 'outbox_batch_rows',
  help: 'Outbox rows that are sent at once.',
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
})
