import { toOpenAPISchema } from '@elysiajs/openapi/openapi'
import { toJsonSchema } from '@valibot/to-json-schema'
import type { AnyElysia } from 'elysia'
import type * as v from 'valibot'
import { refuse } from './edge-problems.ts'
import { documentedRefusals, type Refusal } from './problem.ts'
import { PROBLEM_TYPE, Problem, problemDocument } from './problem-document.ts'

export type ServiceInfo = { title: string; version: string; description: string }

export type OpenApiDocument = {
  openapi: string
  info: ServiceInfo
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

type Operation = {
  operationId: string
  tags?: string[]
  responses?: Record<string, unknown>
}

/**
 * Describes all routes of an app that are not hidden, from the very schemas that they run: OpenAPI
 * 3.1. Every operation also lists what the edge may answer instead of its handler.
 */
export const openApiDocument = (app: AnyElysia, info: ServiceInfo): OpenApiDocument => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library describes 3.0 here but writes 3.1.
  const { paths } = toOpenAPISchema(app, undefined, undefined, {
    valibot: describeSchema,
  }) as unknown as Pick<OpenApiDocument, 'paths'>
  for (const { method, path, hooks } of app.routes) {
    const operation = paths[path.replaceAll(/:([^/]+)/g, '{$1}')]?.[method.toLowerCase()]
    if (operation === undefined) continue
    operation.tags ??= [info.title]
    operation.operationId = camelCase(operation.operationId)
    const declared = Object.values(Object(hooks.response)).flatMap(refusalsOf)
    const own = hooks.body === undefined ? ALWAYS : [...ALWAYS, ...WITH_BODY]
    Object.assign((operation.responses ??= {}), problemResponses([...declared, ...own]))
  }
  return {
    openapi: '3.1.0',
    info,
    // Relative, so that the page also works behind a gateway.
    servers: [{ url: '/' }],
    paths,
    components: { schemas: { Problem: describeSchema(Problem) } },
  }
}

/** What comes in, for responses as well: there the schemas turn amounts into JSON numbers. */
const describeSchema = (schema: v.GenericSchema): Record<string, unknown> => {
  const { $schema: _, ...described } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
  })
  return described
}

/** `getParcel-serviceParcelByParcel` is no name that a generated client could use. */
const camelCase = (name: string): string =>
  name.replaceAll(/-(.)/g, (_hyphenated, letter: string) => letter.toUpperCase())

const refusalsOf = (schema: unknown): readonly Refusal[] =>
  typeof schema === 'object' && schema !== null ? (documentedRefusals(schema) ?? []) : []

const ALWAYS = [
  refuse('bad_request'),
  refuse('bad_path'),
  refuse('bad_query'),
  refuse('internal_error'),
  refuse('service_unavailable'),
]
const WITH_BODY = [
  refuse('malformed_json'),
  refuse('body_too_large'),
  refuse('unsupported_media_type'),
  refuse('validation_failed'),
]

/** One response per status, with an example for each code. */
const problemResponses = (all: readonly Refusal[]): Record<string, unknown> => {
  const byStatus = Object.groupBy(all, ({ entry }) => entry.status)
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [status, problemResponse(group)]),
  )
}

const problemResponse = (group: readonly Refusal[]) => ({
  description: group.map(({ code, entry }) => `\`${code}\`: ${entry.en}`).join('<br>'),
  content: {
    [PROBLEM_TYPE]: {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(
        group.map((refusal) => [
          refusal.code,
          { value: problemDocument(refusal, EXAMPLE_REQUEST_ID, 'ru') },
        ]),
      ),
    },
  },
})

const EXAMPLE_REQUEST_ID = '0f8fad5b-d9cb-469f-a165-70867728950e'
