import * as v from 'valibot'

/**
 * Reads what a process needs from its environment, once, at its start.
 * Throws one error that names every variable that is missing or malformed; values are not
 * repeated in it, because some of them are secrets.
 */
export const readConfig = <const E extends v.ObjectEntries>(
  entries: E,
  environment: Record<string, string | undefined> = process.env,
): v.InferOutput<v.ObjectSchema<E, undefined>> => {
  const result = v.safeParse(v.object(entries), environment)
  if (result.success) return result.output
  const problems = result.issues.map((issue) => `  ${v.getDotPath(issue)}: ${reason(issue)}`)
  throw new ConfigError(`the environment is not usable:\n${problems.join('\n')}`)
}

/**
 * The same at the start of a process: says what is wrong in plain lines, without a stack that
 * nobody needs, and ends with 78 (`EX_CONFIG` of sysexits).
 */
export const configOrExit = <const E extends v.ObjectEntries>(
  entries: E,
): v.InferOutput<v.ObjectSchema<E, undefined>> => {
  try {
    return readConfig(entries)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return process.exit(78)
  }
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const reason = (issue: v.BaseIssue<unknown>): string =>
  issue.received === 'undefined' ? 'is missing' : issue.message

/** A variable with a default and a sentence for the configuration table of the README. */
export const variable = <const S extends v.GenericSchema<string, unknown>>(
  schema: S,
  fallback: v.InferInput<S>,
  description: string,
) => v.pipe(v.optional(schema, fallback), v.description(description))

/** A count written in digits, e.g. a port or milliseconds. */
export const integer = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, 'expected digits'),
    v.transform(Number),
    v.minValue(min),
    v.maxValue(max),
  )

export const port = integer(0, 65_535)

/** `host:port,host:port` */
export const brokerList = v.pipe(
  v.string(),
  v.regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'expected host:port,host:port'),
  v.transform((list) => list.split(',')),
)

export const databaseUrl = v.pipe(
  v.string(),
  v.regex(/^postgres(ql)?:\/\//, 'expected postgres://'),
)
