import * as v from 'valibot'

/** JSON has no bigint, so amounts travel as decimal digits and are never rounded. */
export const bigint = v.pipe(
  v.string(),
  v.regex(/^-?\d{1,30}$/),
  v.transform((digits) => BigInt(digits)),
)

/** A positive whole number that JSON can hold. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** What a reader made of a record, or why it can make nothing of it. */
export type Decoded<T> = { ok: true; value: T } | { ok: false; reason: string }

/**
 * Reads and writes one schema of an object without objects in it. Unknown fields pass unread, so a
 * writer may add one first.
 */
export const json = <const S extends v.GenericSchema<unknown, Fields>>(schema: S) => ({
  decode: (bytes: Buffer | null): Decoded<v.InferOutput<S>> => {
    if (bytes === null) return { ok: false, reason: 'the record has no value' }
    let parsed: unknown
    try {
      parsed = JSON.parse(UTF8.decode(bytes))
    } catch {
      return { ok: false, reason: 'the value is not JSON' }
    }
    const result = v.safeParse(schema, parsed)
    if (result.success) return { ok: true, value: result.output }
    const [issue] = result.issues
    return { ok: false, reason: `${v.getDotPath(issue) ?? 'the value'}: ${issue.message}` }
  },
  encode: (value: v.InferOutput<S>): string => JSON.stringify(withDigits(value)),
})

type Fields = Readonly<Record<string, unknown>>

/** A third of what a replacer function costs, which JSON.stringify would call for every field. */
const withDigits = (value: Fields): Fields => {
  const written: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const field = value[name]
    written[name] = typeof field === 'bigint' ? field.toString() : field
  }
  return written
}

/** Bytes that are not UTF-8 are an error, not a replacement character: two keys could collide. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })
