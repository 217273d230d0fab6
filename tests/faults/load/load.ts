import { pause } from '../../../shared/wait.ts'
import type { History } from '../history/history.ts'
import type { Random } from '../plan/random.ts'
import { SHARED } from './account.ts'
import { openClient } from './client.ts'
import { type Endpoint, openEdge } from './edge.ts'
import { liveOn } from './habits.ts'

export type LoadOptions = {
  random: Random
  endpoints: readonly Endpoint[]
  history: History
  clients?: number
  /** Operations in a second, at most. */
  perSecond?: number
}

export type Load = {
  /** Ends the load; resolves when every operation that was begun has ended. */
  stop: () => Promise<void>
}

/**
 * Many clients at once through whatever happens: each sends its next operation when the last one
 * was answered or given up. What a client wants comes from its own stream of chance; what it gets
 * decides how it goes on.
 */
export const startLoad = async ({
  random,
  endpoints,
  history,
  clients = 16,
  perSecond = 100,
}: LoadOptions): Promise<Load> => {
  const edge = openEdge(endpoints, history)
  for (const account of SHARED) {
    await edge({ type: 'create', client: 0, request: { account }, intent: 'new' })
  }
  const stopping = new AbortController()
  const mayGoOn = pacer(perSecond, stopping.signal)
  const running = Array.from({ length: clients }, (_, index) => {
    const name = index + 1
    const chance = random.named(`client ${name}`)
    const client = openClient({ name, random: chance, edge: openEdge(endpoints, history), mayGoOn })
    return liveOn(client, chance, () => stopping.signal.aborted)
  })
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** Hands out moments, so many in a second; those that nobody took are not made up for. */
const pacer = (perSecond: number, signal: AbortSignal): (() => Promise<boolean>) => {
  let next = performance.now()
  return async () => {
    const now = performance.now()
    next = Math.max(next + 1_000 / perSecond, now)
    await pause(next - now, signal)
    return !signal.aborted
  }
}
