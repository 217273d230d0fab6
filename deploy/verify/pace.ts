import { pause } from '../../shared/wait.ts'

/** Called between two batches. */
export type Pace = () => Promise<void>

/**
 * Rests for as long as it worked, so that at most half of a connection and of a processor is
 * taken from those who serve.
 */
export const gently = (): Pace => {
  let startedAt = performance.now()
  return async () => {
    await pause(Math.min(200, performance.now() - startedAt))
    startedAt = performance.now()
  }
}

export const atOnce = (): Pace => () => Promise.resolve()
