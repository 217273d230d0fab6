import { join } from 'node:path'
import { freePort } from '../../deploy/local/ports.ts'
import type { Addresses } from '../support/system.ts'
import { until } from '../support/until.ts'

const ROOT = join(import.meta.dir, '../..')

/** Another billing process beside the one of a system: same group, same database. */
export const secondBilling = async ({ brokers, billing }: Addresses) => {
  const opsPort = await freePort()
  const child = Bun.spawn([process.execPath, join(ROOT, 'billing/main.ts')], {
    cwd: ROOT,
    stdout: 'ignore',
    stderr: 'ignore',
    env: {
      ...process.env,
      PORT: String(await freePort()),
      OPS_PORT: String(opsPort),
      KAFKA_BROKERS: brokers,
      DATABASE_URL: billing.databaseUrl,
      LOG_LEVEL: 'warn',
    },
  })
  return {
    ready: () =>
      until(
        () =>
          fetch(`http://127.0.0.1:${opsPort}/ready`).then(
            ({ ok }) => ok,
            () => false,
          ),
        { what: 'the second billing to be ready', deadlineMs: 60_000 },
      ),
    stop: async () => {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}
