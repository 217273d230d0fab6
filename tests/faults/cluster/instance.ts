import { join } from 'node:path'
import { lastLines } from '../../../deploy/local/child.ts'
import { CLAIM } from '../../../deploy/local/claim.ts'
import { isReady } from '../../../deploy/local/is-ready.ts'
import { launchProcess } from '../../../deploy/local/launch-process.ts'
import { freePort } from '../../../deploy/local/ports.ts'
import { becomesReady } from '../../../deploy/local/ready.ts'
import type { ServiceName } from '../../../deploy/local/services.ts'
import type { Launch } from '../../../deploy/local/unit.ts'
import { followAssignments } from './assignments.ts'
import { openControl } from './control.ts'
import { openPart } from './part.ts'
import type { ClusterOptions, Instance, InstanceName } from './types.ts'

const PRELOAD = join(import.meta.dir, 'preload.ts')
const STOP_DEADLINE_MS = 10_000
const READY_MS = 60_000

type InstanceWish = Pick<ClusterOptions, 'folder' | 'report'> & {
  name: InstanceName
  service: ServiceName
  sources: string
  /** Where the note about its process lies. */
  processes: string
  environment: Record<string, string>
}

/** One of the processes of a service; `close` ends it. */
export type OpenInstance = { instance: Instance; close: () => Promise<void> }

export const openInstance = async (wish: InstanceWish): Promise<OpenInstance> => {
  const { name, service } = wish
  const [port, opsPort] = [await freePort(), await freePort()]
  const logFile = join(wish.folder, 'logs', `${name}.log`)
  const control = join(wish.folder, 'control', name)
  const environment = {
    ...wish.environment,
    HOST: '127.0.0.1',
    PORT: String(port),
    OPS_PORT: String(opsPort),
    FAULTS_CONTROL: control,
    FAULTS_SOURCES: wish.sources,
  }
  const part = openPart(name, launch(wish, logFile, environment), (text) =>
    wish.report?.(name, text),
  )
  const assignments = followAssignments(logFile)
  const opsUrl = `http://127.0.0.1:${opsPort}`
  return {
    instance: {
      ...part,
      ...openControl(control, part),
      name,
      service,
      url: `http://127.0.0.1:${port}`,
      opsUrl,
      logFile,
      partitions: assignments.of,
      async ready(deadlineMs = READY_MS) {
        // Not given up when the process ends: one that crashed on the way is started again.
        const problem = await becomesReady({ check: () => isReady(`${opsUrl}/ready`), deadlineMs })
        if (problem !== undefined) {
          throw new Error(`${name} ${problem}; the end of ${logFile}:\n${lastLines(logFile)}`)
        }
      },
    },
    async close() {
      assignments.stop()
      await part.kill()
    },
  }
}

const launch = (
  { name, service, sources, processes }: InstanceWish,
  logFile: string,
  environment: Record<string, string>,
): Launch =>
  launchProcess({
    command: [process.execPath, '--preload', PRELOAD, join(sources, service, 'main.ts')],
    folder: sources,
    logFile,
    claimFile: join(processes, `${name}${CLAIM}`),
    environment: { ...process.env, ...environment },
    onParentDeath: 'KILL',
    stopDeadlineMs: STOP_DEADLINE_MS,
  })
