/** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })

/** Rejects when `work` is not done in time; the work itself goes on and its result is dropped. */
export const withDeadline = async <T>(
  work: Promise<T>,
  deadlineMs: number,
  what: string,
): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(what, deadlineMs)), deadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  constructor(what: string, deadlineMs: number) {
    super(`waited ${deadlineMs} ms in vain for ${what}`)
  }
}

/** 100, 200, 400 … ms, at most `maxMs`: how long to wait after so many failures in a row. */
export const backoffMs = (failures: number, maxMs = 5_000): number =>
  Math.min(maxMs, 100 * 2 ** Math.min(failures - 1, 16))

/** Lets a loop sleep until there is work. A wake-up that comes while it works is not lost. */
export type Bell = {
  ring: () => void
  /** Resolves at the next ring, after `ms`, or when the signal is aborted. */
  heard: (ms: number, signal: AbortSignal) => Promise<void>
}

export const bell = (): Bell => {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      wake?.()
    },
    heard: async (ms, signal) => {
      if (!rung) {
        const early = new AbortController()
        wake = () => early.abort()
        await pause(ms, AbortSignal.any([early.signal, signal]))
        wake = undefined
      }
      rung = false
    },
  }
}
