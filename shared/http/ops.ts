import { collectDefaultMetrics, type Registry } from 'prom-client'
import type { Health } from '../health.ts'
import { exposeHealth } from '../health-metrics.ts'
import type { Part } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { edge } from './edge.ts'
import { listen } from './serve.ts'

export type OpsOptions = {
  host: string
  port: number
  log: Log
  health: Health
  registry: Registry
  isStopping?: () => boolean
  onListening?: (url: URL) => void
}

/**
 * What operators and probes ask, on a port of its own that no gateway shows. Start it first, so
 * that it can tell what a start is waiting for; then it also stops last. Beside what the parts
 * count themselves it shows what every process has: readiness, memory, processor, event loop.
 */
export const ops = ({ health, registry, ...listening }: OpsOptions): Part => {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_EVERY_MS })
  exposeHealth(health, registry)
  return listen(opsApi({ health, registry, log: listening.log }), { ...listening, name: 'ops' })
}

/** prom-client's own, a timer every 10 ms, was most of what a process did that had nothing to do. */
const LAG_EVERY_MS = 250

export const opsApi = ({
  health,
  registry,
  log,
}: Pick<OpsOptions, 'health' | 'registry' | 'log'>) =>
  edge({ prefix: '', log })
    // An answer at all is the proof: a process that is stuck gives none and the probe times out.
    .get('/live', () => 'live\n')
    .get('/ready', ({ set }) => {
      const report = health.report()
      set.status = report.ready ? 200 : 503
      return report
    })
    .get('/metrics', async ({ set }) => {
      set.headers['content-type'] = registry.contentType
      return await registry.metrics()
    })
