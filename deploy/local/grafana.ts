import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { JOBS } from '../observability/files.ts'
import type { Program, ProgramOptions } from './observer-program.ts'

const ROOT = join(import.meta.dir, '../..')
/** Where packages put what the program needs; an unpacked archive has it beside `bin`. */
const PACKAGED_HOME = '/usr/share/grafana'

/** Grafana for whoever can reach this machine's loopback, with the dashboards of the charts. */
export const grafana = ({
  binary,
  port,
  dataFolder,
  prometheusUrl,
}: ProgramOptions & { prometheusUrl: string }): Program => ({
  command: [binary, 'server', '--homepath', homeOf(binary)],
  files: grafanaFiles(prometheusUrl),
  readyPath: '/api/health',
  environment: {
    GF_SERVER_HTTP_ADDR: '127.0.0.1',
    GF_SERVER_HTTP_PORT: String(port),
    GF_PATHS_DATA: join(dataFolder, 'data'),
    GF_PATHS_LOGS: join(dataFolder, 'logs'),
    GF_PATHS_PROVISIONING: join(dataFolder, 'provisioning'),
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  },
})

/** What it is provisioned with, by path in its folder. */
export const grafanaFiles = (prometheusUrl: string): Map<string, string> =>
  new Map([
    [
      'provisioning/datasources/datasources.yaml',
      yaml({
        apiVersion: 1,
        datasources: [
          {
            name: 'Prometheus',
            type: 'prometheus',
            access: 'proxy',
            url: prometheusUrl,
            isDefault: true,
          },
        ],
      }),
    ],
    [
      'provisioning/dashboards/dashboards.yaml',
      yaml({
        apiVersion: 1,
        providers: JOBS.map((job) => ({
          name: job,
          type: 'file',
          options: { path: join(ROOT, `deploy/charts/${job}/files`) },
        })),
      }),
    ],
  ])

const yaml = (value: unknown): string => Bun.YAML.stringify(value, null, 2)

const homeOf = (binary: string): string => {
  const unpacked = join(dirname(realpathSync(binary)), '..')
  return existsSync(join(unpacked, 'conf/defaults.ini')) ? unpacked : PACKAGED_HOME
}
