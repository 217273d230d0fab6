import * as v from 'valibot'
import { AMOUNT_PATTERN, moneyNumber, parseMoney } from '../money.ts'
import { JsonNumber } from './json.ts'

const WRITTEN =
  'expected an amount above 0 and up to 9999999999999.99 with at most two decimals, ' +
  'written without a sign and without an exponent'

/**
 * An amount in a request: a JSON number or a decimal string, judged by the text it was written
 * in. Comes out as minor units, above zero.
 */
export const amount = v.pipe(
  v.custom<JsonNumber | string>((input) => (parseMoney(sourceOf(input) ?? '') ?? 0n) > 0n, WRITTEN),
  v.metadata({
    description:
      'An amount with at most two decimals, written without a sign and without an exponent.',
    oneOf: [
      { type: 'number', exclusiveMinimum: 0, maximum: 9_999_999_999_999.99 },
      { type: 'string', pattern: AMOUNT_PATTERN.source },
    ],
    examples: [150.5, '150.50'],
  }),
  v.transform((input) => parseMoney(sourceOf(input) ?? '') ?? 0n),
)

const sourceOf = (input: unknown): string | undefined => {
  if (input instanceof JsonNumber) return input.source
  return typeof input === 'string' ? input : undefined
}

/**
 * An amount in a response: a handler gives minor units, the client gets a JSON number with
 * exactly those digits. Its type says bigint on both sides, because Elysia types what a handler
 * returns by the output of the schema although it runs the schema on it.
 */
export const money = v.pipe(
  v.bigint(),
  v.metadata({
    type: 'number',
    description: 'An amount, exact to two decimals.',
    examples: [150.5],
  }),
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above.
  v.transform((minor) => moneyNumber(minor) as unknown as bigint),
)
