import type { ValidationError } from 'elysia'
import * as v from 'valibot'
import { refuse } from './edge-problems.ts'
import type { Refusal } from './problem.ts'

/**
 * What to answer when a schema objected. A path or query that does not fit is malformed; a body
 * that does not fit was understood and is not acceptable; a response that does not fit is our
 * fault, and undefined here.
 */
export const refusalOf = (error: ValidationError): Refusal | undefined => {
  switch (error.type) {
    case 'body':
      return refuse('validation_failed', { extension: { errors: describe(error) } })
    case 'params':
      return refuse('bad_path')
    case 'query':
      return refuse('bad_query')
    default:
      return undefined
  }
}

type FieldError = { path: string; message: string }

/** Elysia's own list of errors loses the paths of Valibot's, so the schema is asked once more. */
const describe = ({ validator, value }: ValidationError): FieldError[] => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Elysia types this for TypeBox only.
  const { schema } = validator as unknown as { schema: v.GenericSchema }
  const issues = v.safeParse(schema, value).issues ?? []
  return issues.slice(0, ERRORS_MAX).map(describeIssue)
}

/** Says where and what was expected, and never what came: that may be a secret, or an attack. */
const describeIssue = (issue: v.BaseIssue<unknown>): FieldError => {
  const path = issue.path ?? []
  if (issue.expected === 'never') {
    return { path: pathOf(path.slice(0, -1)), message: 'unknown field' }
  }
  if (path.at(-1)?.origin === 'key') return { path: pathOf(path), message: 'is required' }
  const ownWords = !issue.message.endsWith(`eceived ${issue.received}`)
  const expected = issue.expected === null ? 'not acceptable' : `expected ${issue.expected}`
  return { path: pathOf(path), message: ownWords ? issue.message : expected }
}

const pathOf = (path: readonly v.IssuePathItem[]): string =>
  path.map(({ key }) => String(key)).join('.')

const ERRORS_MAX = 16
