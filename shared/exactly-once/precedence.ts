import { pause } from '../wait.ts'

/**
 * Lets loops of a partition stand back for another one: the projections while the owner catches up,
 * the journal while a new owner waits for the table. They share a thread and a machine, and it is
 * decisions that the world waits for.
 */
export type Precedence = {
  /** There is more to be done than is done at once. */
  take: () => void
  /** All of it is done, or who did it has stopped. */
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
