import { pause } from '../../shared/wait.ts'

export type Readiness = {
  /** True, or a few words about what is missing. */
  check: () => Promise<true | string>
  /** Of the process that should answer: when it ends, waiting has no sense. */
  exited?: Promise<number>
  deadlineMs: number
  signal?: AbortSignal | undefined
}

/** Asks again and again until the answer is yes. Returns what went wrong, or undefined. */
export const becomesReady = async (readiness: Readiness): Promise<string | undefined> => {
  const { check, exited, deadlineMs, signal } = readiness
  const deadline = Date.now() + deadlineMs
  let exitCode: number | undefined
  const noteEnd = async () => {
    exitCode = await exited
  }
  void noteEnd()
  for (;;) {
    if (signal?.aborted) return 'was interrupted'
    if (exitCode !== undefined) return `ended with exit code ${exitCode}`
    const answer = await check()
    if (answer === true) return undefined
    if (Date.now() > deadline) return `is not ready after ${deadlineMs / 1000} s: ${answer}`
    await pause(100, signal)
  }
}
