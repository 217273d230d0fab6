import * as v from 'valibot'
import { billingConfig } from '../../billing/config.ts'
import { CONFIGURATIONS } from '../../deploy/configuration.ts'
import { notificationConfig } from '../../notification/config.ts'
import { orderConfig } from '../../order/config.ts'
import {
  type ConfigSchema,
  type Environment,
  readConfig,
  variablesOf,
} from '../../shared/config.ts'
import { mountedFile } from './mounts.ts'
import { containersOf, type KubeObject, type PlacedContainer } from './objects.ts'
import { isOurs } from './restricted.ts'

export type Service = 'order' | 'billing' | 'notification'

/** Files that stand in for what only the cluster has. */
export type StandIns = { certificates: string }

/** What the images set themselves. */
const OF_IMAGE = { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '8080', OPS_PORT: '9090' }

const STAND_INS: Record<string, string> = {
  DATABASE_URL: 'postgres://order_app:twenty-random-letters@database:5432/order',
  KAFKA_USERNAME: 'order',
  KAFKA_PASSWORD: 'twenty-random-letters',
}

/**
 * Where a program of ours is started with variables that it does not know, without some that it
 * needs, or with values that it would refuse; and files that would not be where they are said to.
 */
export const environmentFaults = (
  objects: readonly KubeObject[],
  service: Service | undefined,
  standIns: StandIns,
): string[] =>
  containersOf(objects)
    .filter(({ container }) => isOurs(container))
    .flatMap((placed) => {
      const schema = schemaOf(placed.container.args?.[0] ?? '/app/main.js', service)
      if (schema === undefined) return [`${placed.where}: runs an unknown program`]
      return faultsOf(objects, placed, schema, standIns).map((fault) => `${placed.where}: ${fault}`)
    })

const schemaOf = (program: string, service: Service | undefined): ConfigSchema | undefined => {
  if (program === '/app/main.js') {
    const services = {
      order: orderConfig,
      billing: billingConfig,
      notification: notificationConfig,
    }
    return service && services[service]
  }
  const name = /^\/app\/([a-z]+)\.js$/.exec(program)?.[1] ?? ''
  const configurations: Record<string, v.ObjectEntries | undefined> = CONFIGURATIONS
  const variables = configurations[name]
  return variables && v.object(variables)
}

const faultsOf = (
  objects: readonly KubeObject[],
  placed: PlacedContainer,
  schema: ConfigSchema,
  standIns: StandIns,
): string[] => {
  const faults: string[] = []
  const variables = variablesOf(schema)
  const environment: Environment = {}
  for (const [name, value] of Object.entries(OF_IMAGE)) {
    if (name in variables) environment[name] = value
  }
  for (const [name, value] of variablesIn(objects, placed)) {
    if (!(name in variables)) faults.push(`does not know ${name}`)
    else if (!name.endsWith('_FILE')) environment[name] = value
    else {
      const file = mountedFile(objects, placed, value)
      if (file === undefined) faults.push(`${name}: nothing is mounted at ${value}`)
      const { fileOf: secret } = v.getMetadata(variables[name] ?? v.unknown())
      if (typeof secret === 'string') {
        environment[secret] = file?.content ?? STAND_INS[secret]
      } else environment[name] = standIns.certificates
    }
  }
  for (const [name, variable] of Object.entries(variables)) {
    const isLocal = String(v.getDefault(variable)).includes('127.0.0.1')
    if (isLocal && environment[name] === undefined) faults.push(`${name} is left at its default`)
  }
  try {
    readConfig(schema, environment)
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error))
  }
  return faults
}

/** A container's variables as the kubelet would set them, the later ones winning. */
const variablesIn = (
  objects: readonly KubeObject[],
  { pod, container }: PlacedContainer,
): Map<string, string> => {
  const dataOf = (name: string): Readonly<Record<string, string>> =>
    objects.find(
      ({ kind, metadata }) =>
        kind === 'ConfigMap' && metadata.name === name && metadata.namespace === pod.namespace,
    )?.data ?? {}
  return new Map([
    ...(container.envFrom ?? []).flatMap(({ configMapRef }) =>
      configMapRef === undefined ? [] : Object.entries(dataOf(configMapRef.name)),
    ),
    ...(container.env ?? []).map(({ name, value = '', valueFrom }): [string, string] => {
      const reference = valueFrom?.configMapKeyRef
      return [name, reference === undefined ? value : (dataOf(reference.name)[reference.key] ?? '')]
    }),
  ])
}
