import { Gauge } from 'prom-client'
import { assert } from './assert.ts'
import { withDeadline } from './wait.ts'

export type BatcherOptions = {
  batchMax?: number
  queuedMax?: number
  /** What a caller waits for, as an error tells it. */
  what?: string
  /** How many more, or fewer, wait now; counted as writes by default. */
  onWaiting?: (change: number) => void
}

/**
 * Group commit: what arrives while a batch is being written becomes the next batch. One caller
 * alone is served at once; under load hundreds share one transaction and its fsync. Each caller
 * gets its own answer; when a batch fails, all in it learn the failure.
 *
 * `write` answers as many outputs as it got inputs, in the same sequence.
 */
export const batcher = <Input, Output>(
  write: (inputs: readonly Input[]) => Promise<readonly Output[]>,
  {
    batchMax = 200,
    queuedMax = 10_000,
    what = 'a batch to be written',
    onWaiting = (change) => writesWaiting.inc(change),
  }: BatcherOptions = {},
): ((input: Input) => Promise<Output>) => {
  type Waiting = PromiseWithResolvers<Output> & { input: Input }
  let queue: Waiting[] = []
  let writing = false

  return (input) => {
    if (queue.length >= queuedMax) return Promise.reject(new OverloadedError())
    const waiting: Waiting = { input, ...Promise.withResolvers<Output>() }
    queue.push(waiting)
    onWaiting(1)
    if (!writing) void drain()
    return waiting.promise
  }

  async function drain(): Promise<void> {
    writing = true
    // What came in the same turn of the event loop belongs to the first batch already.
    await Promise.resolve()
    while (queue.length > 0) {
      const batch = queue.slice(0, batchMax)
      queue = queue.slice(batchMax)
      await settle(batch)
      onWaiting(-batch.length)
    }
    writing = false
  }

  async function settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const inputs = batch.map(({ input }) => input)
      const outputs = await withDeadline(write(inputs), DEADLINE_MS, what)
      assert(outputs.length === batch.length, 'a batch was not answered one for one')
      outputs.forEach((output, index) => batch[index]?.resolve(output))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

/** After it the outcome is unknown to the callers, who may ask again under the same hash. */
const DEADLINE_MS = 15_000

/** More waits than can be written in time: the caller should be told to come back. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
  constructor() {
    super('too many requests are waiting')
  }
}

const writesWaiting = new Gauge({
  name: 'writes_waiting',
  help: 'Requests that wait for their batch to be written, those being written included.',
})
