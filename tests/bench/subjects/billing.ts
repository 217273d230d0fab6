import { join } from 'node:path'
import { spawnChild } from '../../../deploy/local/child.ts'
import { CLAIM } from '../../../deploy/local/claim.ts'
import { isReady } from '../../../deploy/local/is-ready.ts'
import { freePort } from '../../../deploy/local/ports.ts'
import { RUNTIME } from '../../../deploy/runtime.ts'
import type { Site } from './site.ts'
import type { Subject } from './subject.ts'

const STOP_DEADLINE_MS = 10_000
/** The longest that it takes: what waits to be decided here is not lost, and not to be sent again. */
const SWEEP_AFTER_MS = 3_600_000

export type Billing = Subject & {
  /** Whether it is ready now, or what is missing. */
  ready: () => Promise<true | string>
}

/** The service as its image starts it, whole: with HTTP, projections, intake and audit. */
export const startBilling = async (site: Site, name = 'billing'): Promise<Billing> => {
  const [port, opsPort] = [await freePort(), await freePort()]
  const logFile = join(site.folder, `${name}.log`)
  const child = spawnChild({
    command: [process.execPath, site.billing],
    folder: site.folder,
    logFile,
    claimFile: join(site.folder, `${name}${CLAIM}`),
    environment: {
      ...RUNTIME,
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      OPS_PORT: String(opsPort),
      KAFKA_BROKERS: site.connect.brokers.join(','),
      DATABASE_URL: site.databaseUrl,
      TOPIC_PARTITIONS: String(site.partitions),
      SWEEP_AFTER_MS: String(SWEEP_AFTER_MS),
    },
  })
  site.endWithIt(child)
  return {
    child,
    logFile,
    stop: () => child.stop('SIGTERM', STOP_DEADLINE_MS),
    ready: () => isReady(`http://127.0.0.1:${opsPort}/ready`),
  }
}
