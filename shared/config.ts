import * as v from 'valibot'
import { readMountedFile } from './mounted-file.ts'

/** Variables of one subject, perhaps with rules between them and a value made of them all. */
export type VariableGroup = v.GenericSchema<unknown, object> & { entries: v.ObjectEntries }

/** What a process reads from its environment: one group of variables, or several at once. */
export type ConfigSchema = VariableGroup | v.IntersectSchema<VariableGroup[], undefined>

export type Environment = Record<string, string | undefined>

/**
 * Reads what a process needs from its environment, once, at its start.
 * Throws one error that names every variable that is missing or malformed; values are not
 * repeated in it, because some of them are secrets.
 */
export const readConfig = <const S extends ConfigSchema>(
  schema: S,
  environment: Environment = process.env,
): v.InferOutput<S> => {
  const { complete, problems } = withMountedFiles(variablesOf(schema), environment)
  const result = v.safeParse(schema, complete)
  if (result.success && problems.size === 0) return result.output
  for (const issue of result.issues ?? []) {
    const name = v.getDotPath(issue) ?? 'all together'
    if (!problems.has(name)) problems.set(name, reason(issue))
  }
  const lines = [...problems].map(([name, problem]) => `  ${name}: ${problem}`)
  throw new ConfigError(`the environment is not usable:\n${lines.join('\n')}`)
}

/**
 * The same at the start of a process: says what is wrong in plain lines, without a stack that
 * nobody needs, and ends with 78 (`EX_CONFIG` of sysexits).
 */
export const configOrExit = <const S extends ConfigSchema>(schema: S): v.InferOutput<S> => {
  try {
    return readConfig(schema)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return process.exit(78)
  }
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Every variable that a schema knows, by its name. */
export const variablesOf = (schema: ConfigSchema): Record<string, v.GenericSchema> =>
  'options' in schema ? Object.assign({}, ...schema.options.map(variablesOf)) : schema.entries

/** Puts the content of X_FILE where X is read, so that no schema has to know of files. */
const withMountedFiles = (
  variables: Record<string, v.GenericSchema>,
  environment: Environment,
): { complete: Environment; problems: Map<string, string> } => {
  const complete = { ...environment }
  const problems = new Map<string, string>()
  for (const [name, schema] of Object.entries(variables)) {
    const { fileOf: secret } = v.getMetadata(schema)
    const path = environment[name]
    if (typeof secret !== 'string' || path === undefined) continue
    if (environment[secret] !== undefined) {
      problems.set(secret, `is given twice, the other time as ${name}`)
      continue
    }
    try {
      complete[secret] = readMountedFile(path)
    } catch (error) {
      problems.set(secret, `its file, ${name}, ${messageOf(error)}`)
    }
  }
  return { complete, problems }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'is not usable'

const reason = (issue: v.BaseIssue<unknown>): string =>
  issue.received === 'undefined' ? 'is missing' : issue.message

/** A variable with a default and a sentence for the configuration table of the README. */
export const variable = <const S extends v.GenericSchema<string, unknown>>(
  schema: S,
  fallback: v.InferInput<S>,
  description: string,
) => v.pipe(v.optional(schema, fallback), v.description(description))

/** One that may be left out. */
export const optionalVariable = <const S extends v.GenericSchema<string, unknown>>(
  schema: S,
  description: string,
) => v.pipe(v.optional(schema), v.description(description))

/** Beside a secret X the variable X_FILE: the secret in a mounted file. Reads as the file's path. */
export const fileOf = (secret: string) =>
  v.pipe(
    v.optional(v.string()),
    v.description(`\`${secret}\` from the file of this name`),
    v.metadata({ fileOf: secret }),
  )

/** The path of certificates in PEM; reads as what is in the file. */
export const certificatesFile = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      const pem = readMountedFile(dataset.value)
      if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
      addIssue({ message: 'has no certificate in PEM' })
    } catch (error) {
      addIssue({ message: messageOf(error) })
    }
    return NEVER
  }),
)

export const choice = <const T extends string>(...words: T[]) =>
  v.picklist(words, `expected one of ${words.join(', ')}`)

/** A count written in digits, e.g. a port or milliseconds. */
export const integer = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, 'expected digits'),
    v.transform(Number),
    v.minValue(min, `expected at least ${min}`),
    v.maxValue(max, `expected at most ${max}`),
  )

export const port = integer(0, 65_535)
