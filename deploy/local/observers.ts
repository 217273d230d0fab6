import { join } from 'node:path'
import type { Assembly } from './assembly.ts'
import { lastLines } from './child.ts'
import { CLAIM } from './claim.ts'
import { launchGrafana } from './grafana.ts'
import { isReady } from './is-ready.ts'
import { launchPrometheus } from './prometheus.ts'
import { becomesReady } from './ready.ts'
import { type Launch, type Unit, unit } from './unit.ts'

/** What watches the system, beside it. */
export type Observer = { name: string; url: string; ready: string; unit: Unit }

const READY_MS = 60_000

/** Where the programs are that `--observe` starts. They are found on PATH, never downloaded. */
export type Programs = { prometheus: string; grafana?: string }

/** The programs, or what to do about those that are missing. */
export const findPrograms = (): Programs | string => {
  const [prometheus, grafana] = [Bun.which('prometheus'), Bun.which('grafana')]
  if (prometheus === null) {
    return (
      '--observe needs `prometheus` on PATH: apt-get install prometheus, brew install prometheus, or an ' +
      'archive from prometheus.io. With a container engine, deploy/compose.yaml starts it with Grafana.'
    )
  }
  return { prometheus, ...(grafana !== null && { grafana }) }
}

/** Starts Prometheus, and Grafana where there is one; they end with the system. */
export const addObservers = async (assembly: Assembly, programs: Programs): Promise<string> => {
  const { options, folder, services } = assembly
  const { prometheus, grafana } = options.ports.observers
  const filesOf = (name: string) => ({
    dataFolder: join(folder.data, name),
    logFile: join(folder.logs, `${name}.log`),
    claimFile: join(folder.processes, `${name}${CLAIM}`),
  })
  const prometheusUrl = `http://127.0.0.1:${prometheus}`
  const files = filesOf('prometheus')
  await addObserver(assembly, files.logFile, {
    name: 'prometheus',
    url: prometheusUrl,
    ready: `${prometheusUrl}/-/ready`,
    launch: launchPrometheus({
      ...files,
      binary: programs.prometheus,
      port: prometheus,
      services: Object.values(services),
    }),
  })
  if (programs.grafana === undefined) return `${prometheusUrl} (no grafana on PATH)`
  const url = `http://127.0.0.1:${grafana}`
  const grafanaPaths = filesOf('grafana')
  await addObserver(assembly, grafanaPaths.logFile, {
    name: 'grafana',
    url,
    ready: `${url}/api/health`,
    launch: launchGrafana({
      ...grafanaPaths,
      binary: programs.grafana,
      port: grafana,
      prometheusUrl,
    }),
  })
  return `${prometheusUrl}, ${url}`
}

const addObserver = async (
  { options, observers, signal }: Assembly,
  logFile: string,
  { name, url, ready, launch }: Omit<Observer, 'unit'> & { launch: Launch },
): Promise<void> => {
  const process = unit(name, launch, (text) => options.report?.(name, text))
  observers.push({ name, url, ready, unit: process })
  await process.start(signal)
  const problem = await becomesReady({
    check: () => isReady(ready),
    exited: process.exited(),
    deadlineMs: READY_MS,
    signal,
  })
  if (problem === undefined) return
  throw new Error(`${name} ${problem}; see ${logFile}, which ends:\n${lastLines(logFile)}`)
}
