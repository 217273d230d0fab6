import { existsSync, realpathSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { JOBS } from '../observability/files.ts'
import { spawnChild } from './child.ts'
import { claim } from './claim.ts'
import type { Launch } from './unit.ts'

const ROOT = join(import.meta.dir, '../..')
const STOP_DEADLINE_MS = 5_000
/** Where packages put what the program needs; an unpacked archive has it beside `bin`. */
const PACKAGED_HOME = '/usr/share/grafana'

export type GrafanaOptions = {
  binary: string
  port: number
  prometheusUrl: string
  /** Its own, with what it is provisioned with. */
  dataFolder: string
  logFile: string
  claimFile: string
}

/** How to start Grafana for whoever can reach this machine's loopback, with the charts' dashboards. */
export const launchGrafana =
  (options: GrafanaOptions): Launch =>
  async (signal) => {
    const { binary, port, dataFolder, logFile, claimFile } = options
    await claim(claimFile, 'SIGTERM', STOP_DEADLINE_MS)
    const files = grafanaFiles(options)
    for (const [path, text] of files) {
      await mkdir(dirname(join(dataFolder, path)), { recursive: true, mode: 0o700 })
      await Bun.write(join(dataFolder, path), text)
    }
    signal.throwIfAborted()
    const child = spawnChild({
      command: [binary, 'server', '--homepath', homeOf(binary)],
      folder: dataFolder,
      logFile,
      claimFile,
      environment: {
        ...process.env,
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
    return {
      child,
      stop: () => child.stop('SIGTERM', STOP_DEADLINE_MS),
      kill: child.kill,
      freeze: () => child.signal('SIGSTOP'),
      wake: () => child.signal('SIGCONT'),
    }
  }

/** What it is provisioned with, by path in its folder. */
export const grafanaFiles = ({
  prometheusUrl,
}: Pick<GrafanaOptions, 'prometheusUrl'>): Map<string, string> =>
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
