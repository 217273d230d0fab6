import { join } from 'node:path'
import { type Environment, readConfig } from '../../shared/config.ts'
import type { Connection } from '../../shared/connection.ts'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import { serviceUrl } from '../local/databases.ts'
import { layout } from '../local/folder.ts'
import { readLiveState } from '../local/state.ts'
import { placesConfig } from './config.ts'

export const SERVICES = ['order', 'billing', 'notification'] as const
export type ServiceName = (typeof SERVICES)[number]

/** Where a whole system keeps what it knows. */
export type Places = {
  kafka: BrokerAccess
  databases: Record<ServiceName, Connection>
  /** Of the topics that are to be made; those that are there tell it themselves. */
  partitions: number
  /** The folder of a local system that these are of. */
  local?: string
}

const LOCAL = join(import.meta.dir, '../../.local')

/**
 * Where the environment says. What `bun run up` runs is asked for its ports, in the folder that is
 * named or, when the environment says nothing, in the usual one: they may have been taken.
 */
export const findPlaces = (folder: string | undefined, environment: Environment): Places => {
  const { kafka, databases, TOPIC_PARTITIONS } = readConfig(placesConfig, environment)
  const partitions = TOPIC_PARTITIONS
  const given = Object.keys(environment).filter((name) => NAMES.test(name))
  const local = folder ?? (given.length === 0 ? LOCAL : undefined)
  const parts = local === undefined ? [] : (readLiveState(layout(local).state)?.parts ?? [])
  const broker = parts.find(({ kind }) => kind === 'broker')
  const server = parts.find(({ kind }) => kind === 'postgres')
  if (broker === undefined || server === undefined) {
    if (folder !== undefined) throw new Error(`nothing runs in ${folder}`)
    return { kafka, databases, partitions }
  }
  const at = (name: ServiceName) => ({ url: serviceUrl(`postgres://${server.address}`, name) })
  return {
    ...(local !== undefined && { local }),
    kafka: { brokers: broker.address.split(',') },
    databases: { order: at('order'), billing: at('billing'), notification: at('notification') },
    partitions,
  }
}

const NAMES = /^(KAFKA_BROKERS|(ORDER|BILLING|NOTIFICATION)_DATABASE_URL(_FILE)?)$/
