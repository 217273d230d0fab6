import { join } from 'node:path'
import { RUNTIME } from '../runtime.ts'
import { lastLines } from './child.ts'
import { isReady } from './is-ready.ts'
import { launchProcess } from './launch-process.ts'
import { shownLine } from './log-line.ts'
import { becomesReady } from './ready.ts'
import type { Launch, Unit } from './unit.ts'

const ROOT = join(import.meta.dir, '../..')

export type ServiceName = 'order' | 'billing' | 'notification'

/** The services with the ports that they use when nobody else does. */
export const SERVICES: readonly {
  name: ServiceName
  prefix: string
  port: number
  opsPort: number
}[] = [
  { name: 'order', prefix: '/order-service', port: 8081, opsPort: 9081 },
  { name: 'billing', prefix: '/billing-service', port: 8082, opsPort: 9082 },
  { name: 'notification', prefix: '/notification-service', port: 8083, opsPort: 9083 },
]

export type Service = {
  name: ServiceName
  prefix: string
  /** Without the prefix. */
  url: string
  opsUrl: string
  logFile: string
}

export type ServiceEnvironment = Record<string, string>

/** Starts one service as a process of its own, as `bun run <name>` would. */
export const launchService = (
  service: Service,
  environment: ServiceEnvironment,
  claimFile: string,
): Launch =>
  launchProcess({
    command: [process.execPath, join(ROOT, service.name, 'main.ts')],
    folder: ROOT,
    logFile: service.logFile,
    claimFile,
    environment: {
      ...RUNTIME,
      ...process.env,
      HOST: '127.0.0.1',
      PORT: new URL(service.url).port,
      OPS_PORT: new URL(service.opsUrl).port,
      ...environment,
    },
    onParentDeath: 'KILL',
  })

/** Resolves when the service is ready; throws with what its log complains about when it is not. */
export const serviceReady = async (
  { name, opsUrl, logFile }: Service,
  unit: Pick<Unit, 'exited'>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<void> => {
  const problem = await becomesReady({
    check: () => isReady(`${opsUrl}/ready`),
    exited: unit.exited(),
    deadlineMs,
    signal,
  })
  if (problem === undefined) return
  throw new Error(
    `${name} ${problem}; see ${logFile}, which ends:\n${lastComplaints(name, logFile)}`,
  )
}

/** The last lines that matter, or the last lines if none does. */
const lastComplaints = (name: string, logFile: string): string => {
  const complaints = lastLines(logFile, 500)
    .split('\n')
    .flatMap((line) => shownLine(name, line) ?? [])
  return complaints.length === 0 ? lastLines(logFile) : complaints.slice(-15).join('\n')
}
