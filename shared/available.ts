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
 * its database is not up yet only adds noise. Says so in one line, and in another when it is there.
 */
export const untilAvailable = async (
  { what, attempt, isTransient, log }: Dependency,
  stopping: AbortSignal,
): Promise<void> => {
  for (let failures = 0; ; ) {
    try {
      await attempt()
      if (failures > 0) log.info({ failures }, `${what}: there now`)
      return
    } catch (error) {
      if (!isTransient(error)) throw error
      failures += 1
      const message = error instanceof Error ? error.message : String(error)
      if (failures === 1) log.warn({ reason: message.slice(0, 300) }, `waiting for ${what}`)
      await pause(backoffMs(failures, 2_000), stopping)
      if (stopping.aborted) throw new Error(`stopped while waiting for ${what}`, { cause: error })
    }
  }
}
