import { once } from 'node:events'
import { Gauge } from 'prom-client'
import { AssertionError } from '../assert.ts'
import { OffsetOutOfRangeError } from '../kafka/partition-leader.ts'

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

/**
 * Leaves a halted partition as it is, and visible as such, until it is let go of: by the end of
 * this process, or by a group that gives it to another.
 */
export const standStill = async (
  topic: string,
  partition: number,
  signal: AbortSignal,
): Promise<void> => {
  halted.set({ topic, partition }, 1)
  if (!signal.aborted) await once(signal, 'abort')
  halted.remove({ topic, partition })
}

const halted = new Gauge({
  name: 'partition_halted',
  help: '1 for a partition whose data contradict each other; it stands still.',
  labelNames: ['topic', 'partition'],
})
