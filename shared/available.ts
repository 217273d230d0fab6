import type { Log } from './log.ts'
import { backoffMs, pause } from './wait.ts'

export type Dependency = {
  /** What is waited for, as it should read in a line. */
  what: string
  attempt: () => Promise<void>
  /** Whether a failure may pass by itself; any other ends the wait. */
  isTransient: (error: unknown) => boolean
  log: Log
}

/**
 * Waits for something that others provide, for as long as it takes: a process that ends because
 * its database is not up yet only adds noise. Says so in one line for each reason, and in another
 * when it is there.
 */
export const untilAvailable = async (
  { what, attempt, isTransient, log }: Dependency,
  stopping: AbortSignal,
): Promise<void> => {
  const reasons = new Set<string>()
  for (let failures = 0; ; ) {
    try {
      await attempt()
      if (failures > 0) log.info({ failures }, `${what}: there now`)
      return
    } catch (error) {
      if (!isTransient(error)) throw error
      failures += 1
      const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300)
      if (!reasons.has(reason)) log.warn({ reason }, `waiting for ${what}`)
      reasons.add(reason)
      await pause(backoffMs(failures, 2_000), stopping)
      if (stopping.aborted) throw new Error(`stopped while waiting for ${what}`, { cause: error })
    }
  }
}
