import * as v from 'valibot'
import { group, optionalName, text, value } from './kinds.ts'

/**
 * What nobody may use as a password: what examples and images come with. All that the programs
 * refuse at their start (shared/production.ts) has to be among it.
 */
const WELL_KNOWN =
  '(?i)(change.?me|change.?it|replace.?me|example|passw[o0]rd|postgres|redpanda|letmein|default|qwerty|12345678)'

/** Helm repeats a value that matches no pattern; what stands under `not` it keeps to itself. */
const matches = (pattern: string) => ({ not: { not: { pattern } } })
const matchesNot = (pattern: string) => ({ not: { pattern } })

/**
 * Empty, or at least 16 characters that need no escaping in a URL, a shell or a properties file,
 * and are no default password.
 */
export const password = v.pipe(
  v.string(),
  v.metadata({ allOf: [matches('^([A-Za-z0-9._~-]{16,128})?$'), matchesNot(WELL_KNOWN)] }),
)

/** Empty, or a connection URL whose password is long enough and no default. */
export const databaseUrl = v.pipe(
  v.string(),
  v.metadata({
    allOf: [
      matches('^(postgres(ql)?://[^:@/\\s]+:[^@/\\s]{16,}@[^@\\s]+)?$'),
      matchesNot(`^[^:]+://[^:]*:[^@]*${WELL_KNOWN}[^@]*@`),
    ],
  }),
)

/** Where in a Secret of the release's namespace something is. */
export const secretKey = (description: string, key: string, absent: string) =>
  group(description, {
    name: value(optionalName, '', `Name of the Secret; empty means ${absent}`),
    key: value(v.pipe(text, v.regex(/^[-._a-zA-Z0-9]+$/)), key, 'Key in it'),
  })
