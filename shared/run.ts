import type { Part, Stop } from './lifecycle.ts'
import type { Log } from './log.ts'
import { withDeadline } from './wait.ts'

export type RunOptions = {
  log: Log
  /** For how long a part holds up the stop on purpose. */
  lingerMs?: number
  /** How long all others may take for it together. */
  stopDeadlineMs?: number
  /** Handed a way to end the process when a part fails for good. */
  parts: (onCrashed: (error: Error) => void) => readonly Part[]
}

/** Below the 10 s that whoever stops us should wait, not counting the linger. */
const STOP_DEADLINE_MS = 8_000
const SOFTWARE_ERROR = 70

/**
 * Starts the parts in turn, waits for a signal, and stops them last to first. The process ends
 * with code 0 after a signal, and with 70 when a part could not start or failed for good: being
 * started again is then the cure, and a process that only looks alive is the disease.
 */
export const run = async ({
  log,
  lingerMs = 0,
  stopDeadlineMs = STOP_DEADLINE_MS,
  parts,
}: RunOptions): Promise<never> => {
  const stopping = new AbortController()
  const ended = Promise.withResolvers<number>()
  const crash = (error: Error): void => {
    log.fatal({ error }, 'the process cannot go on')
    ended.resolve(SOFTWARE_ERROR)
    stopping.abort()
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      log.info({ signal: name }, 'stopping')
      ended.resolve(0)
      stopping.abort()
    })
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', (reason) =>
    crash(reason instanceof Error ? reason : new Error(String(reason))),
  )

  const stops: Stop[] = []
  await startAll(parts(crash), stops, stopping.signal, log).catch((error: Error) => {
    // A part that was told to stop while it waited has no start to fail.
    if (!stopping.signal.aborted) crash(error)
  })
  const code = await ended.promise
  const deadlineMs = lingerMs + stopDeadlineMs
  await withDeadline(stopAll(stops, log), deadlineMs, 'the parts to stop').catch((error) =>
    log.error({ error }, 'stopping took too long'),
  )
  log.info({ code }, 'stopped')
  process.exit(code)
}

const startAll = async (
  parts: readonly Part[],
  stops: Stop[],
  stopping: AbortSignal,
  log: Log,
): Promise<void> => {
  const startedAt = performance.now()
  for (const part of parts) {
    if (stopping.aborted) return
    stops.unshift(await part.start(stopping))
    log.debug({ part: part.name }, 'part started')
  }
  log.info({ seconds: (performance.now() - startedAt) / 1_000 }, 'started')
}

/** One that fails to stop must not keep the others from it. */
const stopAll = async (stops: readonly Stop[], log: Log): Promise<void> => {
  for (const stop of stops) {
    await stop().catch((error: unknown) => log.error({ error }, 'a part did not stop cleanly'))
  }
}
