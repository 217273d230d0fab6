import type { EdgeOptions } from '../../shared/http/edge.ts'
import { listen } from '../../shared/http/serve.ts'
import { openLog } from '../../shared/log.ts'
import { type Calls, demo } from './demo.ts'

export type RunningDemo = {
  port: number
  url: URL
  calls: Calls
  stop: () => Promise<void>
}

/** The demo on a free port, with the account `known` in it. */
export const runDemo = async (
  options: Partial<Omit<EdgeOptions<''>, 'prefix'>> = {},
): Promise<RunningDemo> => {
  const calls: Calls = []
  const log = openLog('demo', 'silent')
  const { promise: url, resolve } = Promise.withResolvers<URL>()
  const stop = await listen(demo(calls, { log, ...options }, new Map([['known', 0n]])), {
    host: '127.0.0.1',
    port: 0,
    drainMs: 500,
    log,
    onListening: resolve,
  }).start(new AbortController().signal)
  return { port: Number((await url).port), url: await url, calls, stop }
}
