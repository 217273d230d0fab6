import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'

/** The JSON Schema (draft 7, which every Helm reads) of a chart's values. */
export const schemaOf = (values: v.GenericSchema): JsonSchema =>
  toJsonSchema(values, { target: 'draft-07', typeMode: 'input' })

export const schemaText = (values: v.GenericSchema): string =>
  `${JSON.stringify(schemaOf(values), null, 2)}\n`
