import { assert } from './assert.ts'
import type { Part } from './lifecycle.ts'
import { pause } from './wait.ts'

/**
 * What has to be well for a process to take requests. Each part names a signal and says when it
 * is up or down; the process is ready when every signal is up and it is not stopping.
 */
export type Health = {
  /** A new named condition, down until its part says otherwise. A name may be taken only once. */
  signal: (name: string) => Signal
  /** From now on the process is not ready, whatever its signals say. */
  stopping: () => void
  isStopping: () => boolean
  report: () => HealthReport
}

export type Signal = {
  up: () => void
  /** `reason` is for operators; it is published on the ops port, so no secrets. */
  down: (reason: string) => void
  /** What it stood for is no longer this process's business; the name may be taken again. */
  forget: () => void
}

export type HealthReport = { ready: boolean; checks: HealthCheck[] }
export type HealthCheck = { name: string; up: boolean; reason?: string; sinceSeconds: number }

type State = { up: boolean; reason?: string; since: number }

export const openHealth = (now: () => number = () => performance.now()): Health => {
  const states = new Map<string, State>()
  const set = (name: string, state: Omit<State, 'since'>): void => {
    const before = states.get(name)
    // Repeating what is known must not reset since when it has been so.
    const since = before?.up === state.up ? before.since : now()
    states.set(name, { ...state, since })
  }

  const signal = (name: string): Signal => {
    assert(!states.has(name), `there is a signal ${name} already`)
    set(name, { up: false, reason: 'starting' })
    return {
      up: () => set(name, { up: true }),
      down: (reason) => set(name, { up: false, reason }),
      forget: () => void states.delete(name),
    }
  }

  let isStopping = false
  const process = signal('process')
  process.up()

  return {
    signal,
    stopping: () => {
      isStopping = true
      process.down('stopping')
    },
    isStopping: () => isStopping,
    report: () => {
      const checks = [...states].map(([name, { since, ...state }]) => ({
        name,
        ...state,
        sinceSeconds: Math.round((now() - since) / 1_000),
      }))
      return { ready: checks.every(({ up }) => up), checks }
    },
  }
}

/**
 * Makes the process not ready as soon as it begins to stop: start it last, then it stops first.
 * `lingerMs` keeps the doors open for so long after that, for load balancers that learn it late.
 */
export const announceStop = (health: Health, lingerMs = 0): Part => ({
  name: 'readiness',
  start: () =>
    Promise.resolve(async () => {
      health.stopping()
      await pause(lingerMs)
    }),
})
