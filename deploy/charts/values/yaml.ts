import type { JsonSchema } from '@valibot/to-json-schema'

/**
 * values.yaml from a schema: each value with its description in the form that helm-docs reads,
 * each group under a heading. Values without a default are Helm's own and are left out.
 */
export const valuesText = (schema: JsonSchema): string =>
  `${['# Made by `bun run charts` from deploy/charts/values/; change it there.', ...entries(schema, '')].join('\n')}\n`

const entries = ({ properties = {} }: JsonSchema, indent: string): string[] =>
  Object.entries(properties).flatMap(([key, part]) =>
    typeof part === 'boolean' ? [] : entry(key, part, indent),
  )

const entry = (key: string, part: JsonSchema, indent: string): string[] => {
  const { description = '', default: fallback, properties } = part
  if (fallback !== undefined) {
    return [`${indent}# -- ${description}`, ...pair(key, fallback, indent)]
  }
  const inner = properties === undefined ? [] : entries(part, `${indent}  `)
  return inner.length === 0 ? [] : [`${indent}# ${description}`, `${indent}${key}:`, ...inner]
}

/** Lists and maps in block style, one thing a line; JSON for the rest, which is YAML too. */
const pair = (key: string, value: unknown, indent: string): string[] =>
  isEmpty(value) || typeof value !== 'object'
    ? [`${indent}${key}: ${JSON.stringify(value)}`]
    : [`${indent}${key}:`, ...block(value, `${indent}  `)]

const block = (value: unknown, indent: string): string[] => {
  if (isEmpty(value) || typeof value !== 'object' || value === null) {
    return [`${indent}${JSON.stringify(value)}`]
  }
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => pair(key, inner, indent))
  }
  return value.flatMap((item) => {
    const [first = '', ...rest] = block(item, `${indent}  `)
    return [`${indent}- ${first.trimStart()}`, ...rest]
  })
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0
