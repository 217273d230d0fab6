/** Minor units in one major unit: two decimals. */
const MINOR_PER_MAJOR = 100n

/** The largest amount that may be asked for, 9 999 999 999 999.99, in minor units. */
export const AMOUNT_MAX_MINOR = 10n ** 15n - 1n

/** How an amount is written: no sign, no exponent, no leading zero, at most two decimals. */
export const AMOUNT_PATTERN = /^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$/

/**
 * Reads minor units out of the digits themselves: a double would turn 9007199254740993 into
 * …992 before anybody could object. Answers undefined for a text that is not an amount; zero is one.
 */
export const parseMoney = (text: string): bigint | undefined => {
  if (!AMOUNT_PATTERN.test(text)) return undefined
  const [major = '', decimals = ''] = text.split('.')
  return BigInt(major) * MINOR_PER_MAJOR + BigInt(decimals.padEnd(2, '0'))
}

/** Writes minor units exactly and as short as a JSON number can be: `150.5`, `-0.05`, `150`. */
export const formatMoney = (minor: bigint): string => {
  const size = minor < 0n ? -minor : minor
  const decimals = (size % MINOR_PER_MAJOR).toString().padStart(2, '0').replace(/0+$/, '')
  const sign = minor < 0n ? '-' : ''
  return `${sign}${size / MINOR_PER_MAJOR}${decimals === '' ? '' : `.${decimals}`}`
}

/**
 * An amount to stand in an object that is about to be written as JSON: it becomes a JSON number
 * with exactly the digits of `formatMoney`, however large.
 *
 * Up to 15 significant digits every decimal has a double that is written as that decimal again
 * (IEEE 754; DBL_DIG), and a division is rounded to that double: there the quotient will do, and
 * costs 10 µs less per answer than a piece of raw JSON.
 */
export const moneyNumber = (minor: bigint): number | RawJson =>
  minor <= AMOUNT_MAX_MINOR && minor >= -AMOUNT_MAX_MINOR
    ? Number(minor) / Number(MINOR_PER_MAJOR)
    : JSON.rawJSON(formatMoney(minor))

/** A piece of JSON that JSON.stringify copies as it is. */
export type RawJson = { readonly rawJSON: string }

declare global {
  // TypeScript 7.0 does not describe JSON.rawJSON yet; Bun has it.
  interface JSON {
    rawJSON(text: string): RawJson
  }
}
