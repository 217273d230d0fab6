import { assert } from '../../shared/assert.ts'
import { backoffMs, pause } from '../../shared/wait.ts'
import type { Child } from './child.ts'

/** A process that runs, with the right ways to end it. */
export type Running = {
  child: Child
  stop: () => Promise<void>
  kill: () => Promise<void>
  /** Freezes or wakes it with all it started. */
  freeze: () => void
  wake: () => void
}

/**
 * One part of the system that is kept alive: when its process ends by itself it is started again,
 * after a pause that grows with every failure. After `stop` and `kill` it rests until `start`.
 */
export type Unit = {
  name: string
  pid: () => number | undefined
  /** Of the process that runs now; never when there is none. */
  exited: () => Promise<number>
  /** How often it ended by itself and was started again. */
  restarts: () => number
  /** Resolves when it runs; the signal interrupts that. */
  start: (signal?: AbortSignal) => Promise<void>
  stop: () => Promise<void>
  /** SIGKILL, without a restart: to see what the others do meanwhile. */
  kill: () => Promise<void>
  freeze: () => void
  wake: () => void
}

/** Starts the process; gives up and leaves nothing behind when the signal is aborted. */
export type Launch = (signal: AbortSignal) => Promise<Running>

/** A process that lived this long has started well: its next failure is a new one. */
const STEADY_MS = 30_000

const never = new Promise<number>(() => undefined)

export const unit = (
  name: string,
  launch: Launch,
  report: (text: string) => void,
  { steadyMs = STEADY_MS }: { steadyMs?: number } = {},
): Unit => {
  let running: Running | undefined
  let restarts = 0
  let rest = new AbortController()
  let starting: Promise<Running> | undefined
  let watching: Promise<void> | undefined

  const watch = async (first: Running, signal: AbortSignal) => {
    let failures = 0
    for (let current: Running | undefined = first; !signal.aborted; ) {
      const startedAt = Date.now()
      const code = current && (await current.child.exited)
      if (signal.aborted) return
      running = undefined
      failures = Date.now() - startedAt > steadyMs ? 1 : failures + 1
      if (current) report(`ended with exit code ${code}; starting it again`)
      await pause(backoffMs(failures, 10_000), signal)
      if (signal.aborted) return
      current = await relaunch(signal)
      running = current
      if (current) report(`runs again, as process ${current.child.pid}`)
    }
  }

  const relaunch = async (signal: AbortSignal): Promise<Running | undefined> => {
    try {
      const next = await launch(signal)
      restarts += 1
      if (!signal.aborted) return next
      await next.kill()
    } catch (error) {
      if (!signal.aborted) report(error instanceof Error ? error.message : String(error))
    }
    return undefined
  }

  const end = async (how: 'stop' | 'kill') => {
    rest.abort()
    // What is being started gives up at the abort, and has cleaned up behind itself then.
    await starting?.catch(() => undefined)
    await running?.[how]()
    await watching
    running = undefined
  }

  return {
    name,
    pid: () => running?.child.pid,
    exited: () => running?.child.exited ?? never,
    restarts: () => restarts,
    async start(signal) {
      assert(running === undefined, `${name} runs already`)
      rest = new AbortController()
      starting = launch(signal ? AbortSignal.any([signal, rest.signal]) : rest.signal)
      running = await starting
      watching = watch(running, rest.signal)
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    freeze: () => running?.freeze(),
    wake: () => running?.wake(),
  }
}
