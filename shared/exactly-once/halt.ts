import { AssertionError } from '../assert.ts'
import { OffsetOutOfRangeError } from '../kafka/partition-reader.ts'

/**
 * The data itself is not what it must be: going on, or trying again, would guess about money.
 * A person has to look; until then the partition stands still and says why.
 */
export class HaltError extends Error {
  override readonly name = 'HaltError'
}

export const mustHalt = (error: unknown): error is Error =>
  error instanceof HaltError ||
  error instanceof AssertionError ||
  error instanceof OffsetOutOfRangeError
