import { Registry } from 'prom-client'
import { announceStop, openHealth } from '../../shared/health.ts'
import { ops } from '../../shared/http/ops.ts'
import { listen } from '../../shared/http/serve.ts'
import { openLog } from '../../shared/log.ts'
import { run } from '../../shared/run.ts'

/** A process that serves and stops as the services do, without what they need. */

const lingerMs = Number(process.argv[2])
const log = openLog('lingering', 'info')
const health = openHealth()
const listening = { host: '127.0.0.1', port: 0, log }

await run({
  log,
  lingerMs,
  stopDeadlineMs: 500,
  parts: () => [
    ops({ ...listening, health, registry: new Registry() }),
    listen({ fetch: () => new Response('served') }, listening),
    announceStop(health, lingerMs),
  ],
})
