import { join } from 'node:path'
import type { Broker } from './broker.ts'
import type { DatabaseServer } from './database-server.ts'
import type { Folder } from './folder.ts'
import type { Gateway } from './gateway.ts'
import type { Properties } from './kafka-config.ts'
import type { Observer, Programs } from './observers.ts'
import type { PortPlan } from './port-plan.ts'
import { SERVICES, type Service, type ServiceEnvironment, type ServiceName } from './services.ts'
import type { RunSteps } from './steps.ts'
import type { Unit } from './unit.ts'

export type SystemOptions = {
  /** Holds data, logs and notes about processes. One running system per folder. */
  folder: string
  ports: PortPlan
  /** A broker or a Postgres that is not ours to start. */
  given?: { brokers?: string | undefined; adminUrl?: string | undefined }
  partitions?: number
  /** False lets Postgres skip fsync. For tests only. */
  durable?: boolean
  kafkaProperties?: Properties
  postgresSettings?: Record<string, string>
  /** For every service, e.g. LOG_LEVEL or shorter timeouts. */
  serviceEnvironment?: ServiceEnvironment
  /** What watches the system beside it. */
  programs?: Programs
  /** Interrupts the start; what had been started is stopped then. */
  signal?: AbortSignal
  runSteps?: RunSteps
  /** Learns when a part ended by itself and what is done about it. */
  report?: (part: string, text: string) => void
  /** Learns that services cannot be started before somebody has done something. */
  onWaiting?: (servers: { broker: Broker; server: DatabaseServer }, why: string) => void
}

/** A system while it is put together: knows at any moment what there is to stop. */
export type Assembly = {
  options: SystemOptions
  folder: Folder
  /** Aborted when the start is interrupted or has failed. */
  signal: AbortSignal
  services: Record<ServiceName, Service>
  units: Partial<Record<ServiceName, Unit>>
  broker?: Broker
  server?: DatabaseServer
  gateway?: Gateway
  observers: Observer[]
}

export const assemble = (options: SystemOptions, folder: Folder, signal: AbortSignal): Assembly => {
  const { ports, given } = options
  const entries = SERVICES.map(({ name, prefix }): [ServiceName, Service] => {
    const { http, ops } = ports.services[name]
    return [
      name,
      {
        name,
        prefix,
        url: `http://127.0.0.1:${http}`,
        opsUrl: `http://127.0.0.1:${ops}`,
        logFile: join(folder.logs, `${name}.log`),
      },
    ]
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names.
  const services = Object.fromEntries(entries) as Record<ServiceName, Service>
  return {
    options: { ...options, given: given ?? {} },
    folder,
    signal,
    services,
    units: {},
    observers: [],
  }
}

/**
 * Stops all that runs, in the reverse order of the start: first nobody comes in, then the
 * services finish, then what they stand on goes.
 */
export const takeApart = async (assembly: Assembly): Promise<void> => {
  const { gateway, units, server, broker, observers } = assembly
  await gateway?.stop()
  await Promise.all([
    ...Object.values(units).map((unit) => unit.stop()),
    ...observers.map(({ unit }) => unit.stop()),
  ])
  await Promise.all([server?.unit?.stop(), broker?.unit?.stop()])
}
