import { killChildren } from './child.ts'

export type StopRequest = {
  /** Aborted at the first request, to interrupt a start. */
  signal: AbortSignal
  /** Resolves at the first request. */
  made: Promise<void>
  /** Leaves signals to their defaults again. */
  forget: () => void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** The terminal sends Ctrl-C to every process in it, and `bun run` and npx pass it on once more. */
const ECHO_MS = 1_000
const ORPHAN_POLL_MS = 1_000

/**
 * Waits to be told to stop: by Ctrl-C, by SIGTERM, by a terminal that is closed, or by the death
 * of the `bun run` that started us. A second Ctrl-C ends everything at once, without order.
 */
export const awaitStop = (): StopRequest => {
  const controller = new AbortController()
  let firstAt: number | undefined
  const ask = (name: string) => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      controller.abort(new Error('interrupted'))
    } else if (name === 'SIGINT' && performance.now() - firstAt > ECHO_MS) {
      killChildren()
      process.exit(130)
    }
  }
  for (const name of SIGNALS) process.on(name, ask)
  const orphaned = setInterval(() => {
    if (isOrphan()) ask('orphaned')
  }, ORPHAN_POLL_MS)
  return {
    signal: controller.signal,
    made: new Promise((resolve) => {
      controller.signal.addEventListener('abort', () => resolve(), { once: true })
    }),
    forget() {
      clearInterval(orphaned)
      for (const name of SIGNALS) process.off(name, ask)
    },
  }
}

const parent = process.ppid

/** Only `bun run up` is watched: who starts this file by hand may mean it to outlive the shell. */
const isOrphan = (): boolean =>
  process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent
