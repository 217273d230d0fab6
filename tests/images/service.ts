import { isReady } from '../../deploy/local/is-ready.ts'
import { freePort } from '../../deploy/local/ports.ts'
import { becomesReady } from '../../deploy/local/ready.ts'
import type { ServiceName } from '../../deploy/local/services.ts'
import { type Container, type ContainerOptions, runContainer } from './container.ts'

/** A service that runs from its image, on free ports of this machine. */
export type Service = {
  url: string
  opsUrl: string
  container: () => Container
  /** Undefined once it is ready, else why it does not become so, with what it wrote. */
  problem: () => Promise<string | undefined>
  /** After its container ended: another one in the same place. */
  startAgain: () => Promise<void>
}

const READY_DEADLINE_MS = 60_000

export const runService = async ({
  target,
  environment,
  files = [],
}: ContainerOptions & { target: ServiceName }): Promise<Service> => {
  const [port, opsPort] = [await freePort(), await freePort()]
  const places = { HOST: '127.0.0.1', PORT: String(port), OPS_PORT: String(opsPort) }
  const start = () => runContainer({ target, environment: { ...places, ...environment }, files })
  const opsUrl = `http://127.0.0.1:${opsPort}`
  let container = await start()
  return {
    url: `http://127.0.0.1:${port}`,
    opsUrl,
    container: () => container,
    problem: async () => {
      const problem = await becomesReady({
        check: () => isReady(`${opsUrl}/ready`),
        exited: container.exited,
        deadlineMs: READY_DEADLINE_MS,
      })
      return problem && `${target} ${problem}:\n${container.output()}`
    },
    startAgain: async () => {
      container = await start()
    },
  }
}
