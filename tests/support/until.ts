import { pause } from '../../shared/wait.ts'

const DEADLINE_MS = 15_000
const POLL_MS = 25

export type Until = {
  /** Completes the sentence "waited in vain for …". */
  what: string
  deadlineMs?: number
}

/**
 * Resolves with the first truthy answer of the condition, asking again and again. A condition
 * that throws counts as not met yet; its last error is the cause of ours at the deadline.
 */
export const until = async <T>(
  condition: () => T | Promise<T>,
  { what, deadlineMs = DEADLINE_MS }: Until,
): Promise<NonNullable<T>> => {
  const deadline = Date.now() + deadlineMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await condition()
      cause = undefined
      if (answer) return answer
    } catch (error) {
      cause = error
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}`, { cause })
    }
    await pause(POLL_MS)
  }
}
