import * as v from 'valibot'
import { billingConfig } from '../billing/config.ts'
import { notificationConfig } from '../notification/config.ts'
import { orderConfig } from '../order/config.ts'
import { variablesOf } from '../shared/config.ts'
import { migrateConfig } from '../shared/migrate-config.ts'
import { placesConfig } from './places/config.ts'
import { provisionConfig } from './provision-config.ts'
import { smokeConfig } from './smoke-config.ts'

const services = {
  order: variablesOf(orderConfig),
  billing: variablesOf(billingConfig),
  notification: variablesOf(notificationConfig),
}

/** What runs once and ends. */
const programs = {
  migrate: variablesOf(migrateConfig),
  provision: variablesOf(provisionConfig),
  smoke: variablesOf(smokeConfig),
  tools: variablesOf(placesConfig),
}

/** What each process reads from its environment, variable by variable. */
export const CONFIGURATIONS = { ...services, ...programs }

/** The tables of the README, made from the schemas; `bun run configuration` prints them. */
export const configurationTable = (): string => [services, programs].map(tableOf).join('\n\n')

const tableOf = (processes: Record<string, Record<string, v.GenericSchema>>): string => {
  const count = Object.keys(processes).length
  const variables = Object.entries(processes).flatMap(([process, schemas]) =>
    Object.entries(schemas).map(([name, schema]) => ({ process, name, schema })),
  )
  const rows = [...Map.groupBy(variables, ({ name }) => name)].map(([name, users]) => {
    const isForAll = users.length === count
    const readBy = isForAll ? 'all' : users.map(({ process }) => process).join(', ')
    const defaults = [...new Set(users.map(({ schema }) => defaultOf(schema)))].join(', ')
    const meaning = users.map(({ schema }) => v.getDescription(schema) ?? '')[0]
    return `| \`${name}\` | ${readBy} | ${defaults} | ${meaning} |`
  })
  return ['| variable | read by | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

const defaultOf = (schema: v.GenericSchema): string => {
  const value = v.getDefault(schema)
  if (value !== undefined) return `\`${String(value)}\``
  return schema.type === 'optional' ? 'none' : 'must be given'
}

if (import.meta.main) console.log(configurationTable())
