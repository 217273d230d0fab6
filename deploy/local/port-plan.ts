import { portOwner } from './port-owner.ts'
import { freePort, freePortNear, isFree } from './ports.ts'
import { SERVICES, type ServiceName } from './services.ts'

export type PortPlan = {
  broker: number
  postgres: number
  gateway: number
  services: Record<ServiceName, { http: number; ops: number }>
  observers: { prometheus: number; grafana: number }
}

const BROKER_PORT = 19_092
const POSTGRES_PORT = 54_320
const GATEWAY_PORT = 8_080
/** As in deploy/compose.yaml. */
const PROMETHEUS_PORT = 9_099
const GRAFANA_PORT = 3_000

/**
 * The ports of a start. Inner ones give way to whoever is there already; the gateway's is the
 * address that people use, so it has to be the one they expect: taken, it is an error.
 */
export const planPorts = async (wish: {
  gateway: number | undefined
  free: boolean
}): Promise<PortPlan> => {
  const near = wish.free ? freePort : freePortNear
  const gateway = wish.gateway ?? (wish.free ? await freePort() : GATEWAY_PORT)
  // `localhost` may mean either address.
  const free = (await isFree(gateway)) && (await isFree(gateway, '::1'))
  if (!free) throw portTaken(gateway)
  const services: [ServiceName, { http: number; ops: number }][] = []
  for (const { name, port, opsPort } of SERVICES) {
    services.push([name, { http: await near(port), ops: await near(opsPort) }])
  }
  return {
    gateway,
    broker: await near(BROKER_PORT),
    postgres: await near(POSTGRES_PORT),
    observers: { prometheus: await near(PROMETHEUS_PORT), grafana: await near(GRAFANA_PORT) },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names.
    services: Object.fromEntries(services) as PortPlan['services'],
  }
}

export const portTaken = (port: number): Error => {
  const owner = portOwner(port)
  return new Error(
    `port ${port} is taken by ${owner ?? 'another process'}. End it, or choose another: PORT=8090`,
  )
}
