import type { Socket } from 'node:net'
import { pause } from '../../../shared/wait.ts'
import type { Conditions } from './conditions.ts'

/** What is to be passed on of what came, and whether that is the end of the connection. */
export type Passing = { bytes: readonly Uint8Array[]; cut?: boolean }

/** Looks at what is about to be passed on; it may hold it back until a message is whole. */
export type Inspect = (bytes: Buffer) => Passing

export type PipeOptions = {
  from: Socket
  to: Socket
  conditions: Conditions
  inspect: Inspect
  /** Ends the connection at once, both ways. */
  cut: () => void
  signal: AbortSignal
}

/** So much may wait here before whoever sends it has to wait. */
const HELD_BYTES_MAX = 1_048_576

type Event = { dueAt: number; bytes: Buffer | 'finished' | 'gone' }

/**
 * One direction of a connection. The end of one side and its loss wait in the same queue as its
 * bytes: in a silent network nobody learns of them either.
 */
export const openPipe = ({ from, to, conditions, inspect, cut, signal }: PipeOptions): void => {
  const queue: Event[] = []
  let wake = (): void => {}
  let held = 0

  const push = (bytes: Event['bytes']): void => {
    queue.push({ dueAt: conditions.dueAt(), bytes })
    wake()
  }
  from.on('data', (bytes: Buffer) => {
    held += bytes.length
    if (held > HELD_BYTES_MAX) from.pause()
    push(bytes)
  })
  from.on('end', () => push('finished'))
  from.on('close', () => push('gone'))
  // 'close' follows, and says all that the other side can know.
  from.on('error', () => {})

  const pass = async (bytes: Buffer): Promise<void> => {
    const passing = inspect(bytes)
    if (passing.bytes.length > 0) await write(to, Buffer.concat(passing.bytes), conditions, signal)
    if (passing.cut) cut()
    held -= bytes.length
    if (from.isPaused() && held < HELD_BYTES_MAX / 2) from.resume()
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = queue.shift()
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      await conditions.passable(next.dueAt, signal)
      if (signal.aborted) return
      if (next.bytes === 'finished') to.end()
      else if (next.bytes !== 'gone') await pass(next.bytes)
      else {
        // The last words of one who is gone are heard all the same.
        if (to.writableLength > 0) await drained(to, signal)
        return cut()
      }
    }
  }
  signal.addEventListener('abort', () => wake())
  void run()
}

/** Resolves when the other side has room again, or is gone. */
const write = async (
  to: Socket,
  bytes: Buffer,
  conditions: Conditions,
  signal: AbortSignal,
): Promise<void> => {
  const pieces = conditions.pieces(bytes)
  for (const piece of pieces) {
    if (signal.aborted || to.destroyed) return
    if (!to.write(piece)) await drained(to, signal)
    // The time to be read one by one, or they are put together again on their way.
    else if (pieces.length > 1) await pause(1, signal)
  }
}

const drained = (to: Socket, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      to.off('drain', done).off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    to.on('drain', done).on('close', done)
    signal.addEventListener('abort', done)
  })
