/**
 * For what must never happen. What may happen is returned as a value instead.
 * Stays on in production: a broken invariant stops the partition or the process.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Closes a switch over a union: the compiler proves that no case is missing. */
export const unreachable = (value: never): never => {
  throw new AssertionError(`unreachable: ${String(value)}`)
}

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
  constructor(message: string) {
    super(`assertion failed: ${message}`)
  }
}
