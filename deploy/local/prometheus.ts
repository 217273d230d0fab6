import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { JOBS } from '../observability/files.ts'
import { spawnChild } from './child.ts'
import { claim } from './claim.ts'
import type { Service } from './services.ts'
import type { Launch } from './unit.ts'

const ROOT = join(import.meta.dir, '../..')
const STOP_DEADLINE_MS = 5_000
const EVERY = '5s'

export type PrometheusOptions = {
  binary: string
  port: number
  services: readonly Service[]
  /** Its own, with what it has collected. */
  dataFolder: string
  logFile: string
  claimFile: string
}

/** How to start Prometheus on the services of this machine, with the alerts of the charts. */
export const launchPrometheus =
  ({ binary, port, services, dataFolder, logFile, claimFile }: PrometheusOptions): Launch =>
  async (signal) => {
    await claim(claimFile, 'SIGTERM', STOP_DEADLINE_MS)
    await mkdir(dataFolder, { recursive: true, mode: 0o700 })
    const configFile = join(dataFolder, 'prometheus.yaml')
    await Bun.write(configFile, prometheusConfig(services))
    signal.throwIfAborted()
    const child = spawnChild({
      command: [
        binary,
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(dataFolder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      folder: dataFolder,
      logFile,
      claimFile,
    })
    return {
      child,
      stop: () => child.stop('SIGTERM', STOP_DEADLINE_MS),
      kill: child.kill,
      freeze: () => child.signal('SIGSTOP'),
      wake: () => child.signal('SIGCONT'),
    }
  }

/** Jobs and namespaces are named as in a cluster: alerts and dashboards are the same files. */
export const prometheusConfig = (services: readonly Pick<Service, 'name' | 'opsUrl'>[]): string =>
  Bun.YAML.stringify(
    {
      global: { scrape_interval: EVERY, evaluation_interval: EVERY },
      rule_files: JOBS.map((job) => join(ROOT, `deploy/charts/${job}/files/alerts.yaml`)),
      scrape_configs: services.map(({ name, opsUrl }) => ({
        job_name: `${name}-service`,
        static_configs: [{ targets: [new URL(opsUrl).host], labels: { namespace: name } }],
      })),
    },
    null,
    2,
  )
