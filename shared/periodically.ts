import type { Signal } from './health.ts'
import type { Part } from './lifecycle.ts'
import type { Log } from './log.ts'
import { pause } from './wait.ts'

export type Chore = {
  name: string
  everyMs: number
  /** Must end by itself; its statements have deadlines of their own. */
  work: () => Promise<void>
  health: Signal
  log: Log
}

/** Repeats a chore with pauses between. A failure is reported and the chore tried again. */
export const periodically = (chore: Chore): Part => ({
  name: chore.name,
  start: async () => {
    const stopping = new AbortController()
    const running = repeat(chore, stopping.signal)
    return async () => {
      stopping.abort()
      await running
    }
  },
})

const repeat = async (
  { name, everyMs, work, health, log }: Chore,
  signal: AbortSignal,
): Promise<void> => {
  // A chore heals; that it has not run yet makes nothing unready.
  health.up()
  while (!signal.aborted) {
    await pause(everyMs, signal)
    if (signal.aborted) return
    try {
      await work()
      health.up()
    } catch (error) {
      health.down(`${name} failed`)
      log.warn({ error, chore: name }, 'a chore failed')
    }
  }
}
