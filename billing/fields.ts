import * as v from 'valibot'

/** Byte-exact and case-sensitive; nothing is trimmed or normalised. */
export const accountField = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -'),
  v.description('The name of an account'),
  v.examples(['64043603']),
)

export const hashField = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, 'expected 1 to 255 visible ASCII characters'),
  v.description('Chosen by the client, once for each wish: the same hash never acts twice'),
  v.examples(['9f86d081884c7d65']),
)
