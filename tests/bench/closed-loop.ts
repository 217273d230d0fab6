import { pause } from '../../shared/wait.ts'
import { type BusyCores, watchProcessor } from './processor.ts'

/** What one request came to: as wanted, or the word under which its failure is counted. */
export type Attempt = 'done' | (string & {})

export type Load = {
  elapsedMs: number
  /** One time for each request that was done. */
  timesMs: number[]
  /** Everything else, counted by its word. */
  failures: Record<string, number>
  cores: BusyCores
}

/**
 * Keeps `connections` requests under way for so long; each worker sends its next request when
 * its last one is answered. Bun's fetch, because the load shares its cores with what it measures:
 * a request cost 50 µs of processor time with it and 120 µs with a generator on Node.
 */
export const closedLoop = async (
  connections: number,
  seconds: number,
  attempt: () => Promise<Attempt>,
): Promise<Load> => {
  const timesMs: number[] = []
  const failures: Record<string, number> = {}
  const cores = watchProcessor()
  const start = performance.now()
  const end = start + seconds * 1000

  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const sent = performance.now()
      const came = await attempt().catch(nameOfError)
      if (came === 'done') {
        timesMs.push(performance.now() - sent)
      } else {
        failures[came] = (failures[came] ?? 0) + 1
        // What refuses at once would otherwise be asked as fast as the processor can.
        await pause(10)
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return { elapsedMs: performance.now() - start, timesMs, failures, cores: cores() }
}

/** Does each piece of work once, so many at a time. Rejects with the first that fails. */
export const forEachAtOnce = async <T>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const nameOfError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
