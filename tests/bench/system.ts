import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { describeBroker } from '../../deploy/local/broker-kind.ts'
import { layout } from '../../deploy/local/folder.ts'
import { type Origin, readOrigin } from '../../deploy/local/origin.ts'
import { type PartState, readLiveState, type State } from '../../deploy/local/state.ts'
import type { Addresses } from './contract.ts'

/** What is measured, and how it is reached. */
export type System = {
  addresses: Addresses
  reached: 'each service directly' | 'one gateway'
  /** Empty when the processes are not on this machine, or not known. */
  pids: Record<string, number>
  broker: string
}

/** The machine that system and load share. */
export const environment = () => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGb: Math.round(totalmem() / 1e9),
  platform: `${process.platform} ${process.arch}`,
  bun: Bun.version,
  loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
})

/**
 * The services that `bun run up` started in this folder, each asked directly and known by its
 * process, so that the gateway is not measured with them; else everything through the gateway.
 */
export const findSystem = (url: string | undefined, folder: string): System => {
  if (url !== undefined) return throughGateway(url)
  const { state, origin } = layout(folder)
  const started = startedSystem(readLiveState(state), readOrigin(origin))
  return started ?? throughGateway('http://localhost:8080')
}

/** Undefined when the state does not tell where all three services are. */
export const startedSystem = (
  state: Pick<State, 'phase' | 'parts'> | undefined,
  origin: Pick<Origin, 'broker'> | undefined,
): System | undefined => {
  const part = (name: string) => state?.parts.find((each) => each.name === name)
  const [order, billing, notification] = [part('order'), part('billing'), part('notification')]
  if (state?.phase !== 'ready' || !order || !billing || !notification) return undefined
  return {
    addresses: {
      order: order.address,
      billing: billing.address,
      notification: notification.address,
    },
    reached: 'each service directly',
    pids: pidsOf([order, billing, notification]),
    broker: origin === undefined ? 'unknown' : describeBroker(origin.broker),
  }
}

const pidsOf = (parts: PartState[]): Record<string, number> =>
  Object.fromEntries(parts.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])))

const throughGateway = (url: string): System => {
  const address = url.replace(/\/+$/, '')
  return {
    addresses: { order: address, billing: address, notification: address },
    reached: 'one gateway',
    pids: {},
    broker: 'unknown',
  }
}

/** Throws, naming the address, when one of the services does not answer. */
export const assertAnswers = async (addresses: Addresses): Promise<void> => {
  const paths = {
    order: '/order-service/order/2147483647',
    billing: '/billing-service/account/bench-nobody',
    notification: '/notification-service/notification/2147483647',
  }
  for (const service of ['order', 'billing', 'notification'] as const) {
    const url = `${addresses[service]}${paths[service]}`
    const status = await statusOf(url)
    // The one right answer to the question for something that is not there.
    if (status !== 404) {
      throw new Error(
        `${service} does not answer at ${url}: ${status}. Start the system with \`bun run up\`, or name another address with --url.`,
      )
    }
  }
}

const statusOf = async (url: string): Promise<number | string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await response.text()
    return response.status
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
