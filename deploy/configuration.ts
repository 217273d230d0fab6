import * as v from 'valibot'
import { billingConfig } from '../billing/config.ts'
import { notificationConfig } from '../notification/config.ts'
import { orderConfig } from '../order/config.ts'

/** What each service reads from its environment. */
export const CONFIGURATIONS = {
  order: orderConfig,
  billing: billingConfig,
  notification: notificationConfig,
} as const

/** The table of the README, made from the schemas; `bun run configuration` prints it. */
export const configurationTable = (): string => {
  const variables = Object.entries(CONFIGURATIONS).flatMap(([service, entries]) =>
    Object.entries<v.GenericSchema>(entries).map(([name, schema]) => ({ service, name, schema })),
  )
  const rows = [...Map.groupBy(variables, ({ name }) => name)].map(([name, users]) => {
    const isForAll = users.length === Object.keys(CONFIGURATIONS).length
    const readBy = isForAll ? 'all' : users.map(({ service }) => service).join(', ')
    const defaults = new Set(users.map(({ schema }) => `\`${String(v.getDefault(schema))}\``))
    const meaning = users.map(({ schema }) => v.getDescription(schema) ?? '')[0]
    return `| \`${name}\` | ${readBy} | ${[...defaults].join(', ')} | ${meaning} |`
  })
  return ['| variable | read by | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) console.log(configurationTable())
