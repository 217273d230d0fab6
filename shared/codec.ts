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

/** Reads one schema. Unknown fields pass unread, so a writer may add one first. */
export const json = <const S extends v.GenericSchema>(schema: S) => ({
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
})

/**
 * Reads and writes one schema. `write` undoes what the schema makes of its input. It is told for
 * each, because finding the amounts among the fields of whatever is written costs as much again
 * as writing it, and a replacer function, which is called for every field, several times that.
 */
export const codec = <const S extends v.GenericSchema>(
  schema: S,
  write: (value: v.InferOutput<S>) => v.InferInput<S>,
) => ({
  ...json(schema),
  encode: (value: v.InferOutput<S>): string => JSON.stringify(write(value)),
})

/** Bytes that are not UTF-8 are an error, not a replacement character: two keys could collide. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })
