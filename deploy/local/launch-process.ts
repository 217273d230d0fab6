import { type ChildOptions, spawnChild } from './child.ts'
import { claim } from './claim.ts'
import type { Launch } from './unit.ts'

type LaunchOptions = ChildOptions & {
  /** Comes before the process. */
  prepare?: () => Promise<void>
  /** From SIGTERM to SIGKILL. */
  stopDeadlineMs?: number
}

/**
 * How to start a process that is one: it ends at SIGTERM, and has no others to freeze with it.
 * Ends what an earlier start left under its claim.
 */
export const launchProcess =
  ({ prepare, stopDeadlineMs = 5_000, ...options }: LaunchOptions): Launch =>
  async (signal) => {
    await claim(options.claimFile, 'SIGTERM', stopDeadlineMs)
    await prepare?.()
    signal.throwIfAborted()
    const child = spawnChild(options)
    return {
      child,
      stop: () => child.stop('SIGTERM', stopDeadlineMs),
      kill: child.kill,
      freeze: () => child.signal('SIGSTOP'),
      wake: () => child.signal('SIGCONT'),
    }
  }
