import { pause } from '../wait.ts'

/**
 * Lets the projections of a partition stand back while its owner catches up. They share a thread
 * and a machine with it, and it is decisions that the world waits for.
 */
export type Precedence = {
  /** The owner has more to decide than it holds. */
  take: () => void
  /** It has all that there is, or has stopped. */
  end: () => void
  /** Resolves when nobody has precedence, after `ms`, or when the signal is aborted. */
  ended: (ms: number, signal: AbortSignal) => Promise<void>
}

export const precedence = (): Precedence => {
  let taken: AbortController | undefined
  return {
    take: () => {
      taken ??= new AbortController()
    },
    end: () => {
      taken?.abort()
      taken = undefined
    },
    ended: async (ms, signal) => {
      if (taken !== undefined) await pause(ms, AbortSignal.any([taken.signal, signal]))
    },
  }
}
