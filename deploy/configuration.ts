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

type Variable = v.GenericSchema & { pipe: readonly [{ default: string }, ...unknown[]] }

/** The table of the README, made from the schemas; `bun run configuration` prints it. */
export const configurationTable = (): string => {
  const services = Object.keys(CONFIGURATIONS)
  const names = new Set(Object.values(CONFIGURATIONS).flatMap((entries) => Object.keys(entries)))
  const rows = [...names].map((name) => {
    const users = Object.entries(CONFIGURATIONS).flatMap(([service, entries]) => {
      const schema = new Map<string, unknown>(Object.entries(entries)).get(name)
      return schema === undefined ? [] : [{ service, schema: schema as Variable }]
    })
    const defaults = new Set(users.map(({ schema }) => schema.pipe[0].default))
    const shown = [...defaults].map((value) => `\`${value}\``).join(', ')
    const readBy =
      users.length === services.length ? 'all' : users.map((user) => user.service).join(', ')
    const [first] = users
    const meaning = first === undefined ? '' : v.getDescription(first.schema)
    return `| \`${name}\` | ${readBy} | ${shown} | ${meaning} |`
  })
  return ['| variable | read by | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) console.log(configurationTable())
