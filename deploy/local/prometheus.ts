import { join } from 'node:path'
import { JOBS } from '../observability/files.ts'
import type { Program, ProgramOptions } from './observer-program.ts'
import type { Service } from './services.ts'

const ROOT = join(import.meta.dir, '../..')
const EVERY = '5s'

/** Prometheus on the services of this machine, with the alerts of the charts. */
export const prometheus = ({
  binary,
  port,
  dataFolder,
  services,
}: ProgramOptions & { services: readonly Service[] }): Program => ({
  command: [
    binary,
    `--config.file=${join(dataFolder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(dataFolder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  files: new Map([['prometheus.yaml', prometheusConfig(services)]]),
  readyPath: '/-/ready',
})

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
