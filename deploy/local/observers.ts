import { join } from 'node:path'
import type { Assembly } from './assembly.ts'
import { lastLines } from './child.ts'
import { CLAIM } from './claim.ts'
import { grafana } from './grafana.ts'
import { isReady } from './is-ready.ts'
import { launchProcess } from './launch-process.ts'
import { type Program, type ProgramOptions, writeFiles } from './observer-program.ts'
import { prometheus } from './prometheus.ts'
import { becomesReady } from './ready.ts'
import { type Unit, unit } from './unit.ts'

/** What watches the system, beside it. */
export type Observer = { name: string; url: string; ready: string; unit: Unit }

const READY_MS = 60_000

/** Where the programs are that `--observe` starts. They are found on PATH, never downloaded. */
export type Programs = { prometheus: string; grafana?: string }

/** The programs, or what to do about those that are missing. */
export const findPrograms = (): Programs | string => {
  const found = { prometheus: Bun.which('prometheus'), grafana: Bun.which('grafana') }
  if (found.prometheus === null) {
    return (
      '--observe needs `prometheus` on PATH: apt-get install prometheus, brew install prometheus, or an ' +
      'archive from prometheus.io. With a container engine, deploy/compose.yaml starts it with Grafana.'
    )
  }
  return {
    prometheus: found.prometheus,
    ...(found.grafana !== null && { grafana: found.grafana }),
  }
}

/** Starts Prometheus, and Grafana where there is one; they end with the system. */
export const addObservers = async (assembly: Assembly, programs: Programs): Promise<string> => {
  const services = Object.values(assembly.services)
  const prometheusUrl = await addObserver(assembly, 'prometheus', (place) =>
    prometheus({ ...place, binary: programs.prometheus, services }),
  )
  const binary = programs.grafana
  if (binary === undefined) return `${prometheusUrl} (no grafana on PATH)`
  const grafanaUrl = await addObserver(assembly, 'grafana', (place) =>
    grafana({ ...place, binary, prometheusUrl }),
  )
  return `${prometheusUrl}, ${grafanaUrl}`
}

/** Answers where it is, once it is ready. */
const addObserver = async (
  { options, folder, observers, signal }: Assembly,
  name: 'prometheus' | 'grafana',
  programAt: (place: Omit<ProgramOptions, 'binary'>) => Program,
): Promise<string> => {
  const port = options.ports.observers[name]
  const url = `http://127.0.0.1:${port}`
  const dataFolder = join(folder.data, name)
  const logFile = join(folder.logs, `${name}.log`)
  const { command, files, readyPath, environment } = programAt({ port, dataFolder })
  const launch = launchProcess({
    command,
    folder: dataFolder,
    logFile,
    claimFile: join(folder.processes, `${name}${CLAIM}`),
    environment: { ...process.env, ...environment },
    prepare: () => writeFiles(dataFolder, files),
  })
  const observer = unit(name, launch, (text) => options.report?.(name, text))
  const ready = `${url}${readyPath}`
  observers.push({ name, url, ready, unit: observer })
  await observer.start(signal)
  const problem = await becomesReady({
    check: () => isReady(ready),
    exited: observer.exited(),
    deadlineMs: READY_MS,
    signal,
  })
  if (problem === undefined) return url
  throw new Error(`${name} ${problem}; see ${logFile}, which ends:\n${lastLines(logFile)}`)
}
