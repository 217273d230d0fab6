import * as v from 'valibot'
import type { SystemOptions } from '../../deploy/local/assembly.ts'
import { serviceUrl } from '../../deploy/local/databases.ts'
import { type Folder, layout } from '../../deploy/local/folder.ts'
import { planPorts } from '../../deploy/local/port-plan.ts'
import { SERVICES, type ServiceName } from '../../deploy/local/services.ts'
import { type System, startSystem } from '../../deploy/local/system.ts'
import { TEST_BROKER } from './broker.ts'
import { once } from './once.ts'
import { temporaryFolder } from './temporary-folder.ts'

const ServiceAddresses = v.object({
  /** Without the prefix. */
  url: v.string(),
  opsUrl: v.string(),
  databaseUrl: v.string(),
})

/** Where a whole system is to be found. */
const AddressesSchema = v.object({
  /** Of the gateway. */
  url: v.string(),
  brokers: v.string(),
  order: ServiceAddresses,
  billing: ServiceAddresses,
  notification: ServiceAddresses,
})

export type Addresses = v.InferOutput<typeof AddressesSchema>

/**
 * The system that all tests share: the one that TEST_SYSTEM describes in JSON, else one that is
 * started for this process. Tests keep apart by the names of their accounts; who wants to kill
 * something takes a `privateSystem`.
 */
export const system = async (): Promise<Addresses> => {
  const given = process.env['TEST_SYSTEM']
  return given ? v.parse(AddressesSchema, JSON.parse(given)) : (await ownSystem()).addresses
}

export type PrivateSystem = System & {
  addresses: Addresses
  /** What it keeps on disk. */
  folder: Folder
  /** Kills all and removes the data. */
  dispose: () => Promise<void>
}

/**
 * A whole system of one test, on free ports: `unit('billing').kill()`, `.freeze()`, `.wake()` and
 * `.start()` do to each part what a fault would, on the same port and data; then `ready('billing')`.
 */
export const privateSystem = async (
  options: Partial<Omit<SystemOptions, 'folder' | 'ports'>> = {},
): Promise<PrivateSystem> => {
  const folder = await temporaryFolder()
  try {
    const running = await startSystem({
      folder: folder.path,
      ports: await planPorts({ gateway: undefined, free: true }),
      durable: false,
      ...options,
      kafkaProperties: { ...TEST_BROKER, ...options.kafkaProperties },
    })
    return {
      ...running,
      addresses: addressesOf(running),
      folder: layout(folder.path),
      async dispose() {
        await running.stop()
        await folder.remove()
      },
    }
  } catch (error) {
    await folder.remove()
    throw error
  }
}

const ownSystem = once(() => privateSystem())

const addressesOf = ({ url, broker, server, services }: System): Addresses => {
  const entries = SERVICES.map(
    ({ name }): [ServiceName, v.InferOutput<typeof ServiceAddresses>] => [
      name,
      {
        url: services[name].url,
        opsUrl: services[name].opsUrl,
        databaseUrl: serviceUrl(server.adminUrl, name),
      },
    ],
  )
  return v.parse(AddressesSchema, { url, brokers: broker.brokers, ...Object.fromEntries(entries) })
}
