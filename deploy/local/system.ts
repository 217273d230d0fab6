import { assert } from '../../shared/assert.ts'
import { type Assembly, assemble, type SystemOptions, takeApart } from './assembly.ts'
import type { Broker } from './broker.ts'
import type { DatabaseServer } from './database-server.ts'
import { layout, makeFolders } from './folder.ts'
import type { Observer } from './observers.ts'
import { type Service, type ServiceName, serviceReady } from './services.ts'
import { runQuietly } from './steps.ts'
import { systemSteps } from './system-steps.ts'
import type { Unit } from './unit.ts'

export type System = {
  /** Of the gateway. */
  url: string
  broker: Broker
  server: DatabaseServer
  services: Record<ServiceName, Service>
  observers: readonly Observer[]
  /** What can be killed, frozen and started again; broker and postgres only when they are ours. */
  unit: (name: ServiceName | 'broker' | 'postgres') => Unit
  /** Resolves when a service is ready, e.g. after it was started again. */
  ready: (name: ServiceName, deadlineMs?: number) => Promise<void>
  /** Stops all in the reverse order of the start, within 10 s. */
  stop: () => Promise<void>
}

/**
 * Starts the whole system on this machine: broker, Postgres, databases, topics, services,
 * gateway. Resolves when everything is ready. When a step fails or the signal interrupts,
 * everything is stopped again before it throws.
 */
export const startSystem = async (options: SystemOptions): Promise<System> => {
  const folder = layout(options.folder)
  await makeFolders(folder)
  const failed = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal
  const assembly = assemble(options, folder, signal)
  try {
    await (options.runSteps ?? runQuietly)(systemSteps(assembly))
    signal.throwIfAborted()
  } catch (error) {
    failed.abort()
    await takeApart(assembly)
    throw error
  }
  return asSystem(assembly)
}

const asSystem = (assembly: Assembly): System => {
  const { broker, server, gateway, services, units, observers } = assembly
  assert(broker !== undefined && server !== undefined && gateway !== undefined, 'a step is missing')
  const all = { ...units, broker: broker.unit, postgres: server.unit }
  const unit: System['unit'] = (name) => {
    const found = all[name]
    assert(found !== undefined, `${name} is not ours to control`)
    return found
  }
  return {
    url: `http://localhost:${gateway.port}`,
    broker,
    server,
    services,
    observers,
    unit,
    ready: (name, deadlineMs = 60_000) => serviceReady(services[name], unit(name), deadlineMs),
    stop: () => takeApart(assembly),
  }
}
