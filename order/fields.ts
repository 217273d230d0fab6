import * as v from 'valibot'

/** Byte-exact and case-sensitive; nothing is trimmed or normalised. */
export const accountField = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -'),
  v.description('The account that is to pay'),
  v.examples(['64043603']),
)

export const hashField = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,255}$/, 'expected 1 to 255 visible ASCII characters'),
  v.description('Chosen by the client, once for each order: the same hash never orders twice'),
  v.examples(['2c26b46b68ffc68f']),
)

/** A number that the client was given; what cannot be one is no path of ours. */
export const orderIdField = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,14}$/, 'expected a whole number'),
  v.transform(Number),
  v.description('The number of an order'),
)
