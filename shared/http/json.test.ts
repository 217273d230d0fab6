import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { JsonNumber, parseJson } from './json.ts'

const MALFORMED = { ok: false, reason: 'malformed' } as const

describe('parseJson', () => {
  test('keeps the text of each number', () => {
    const parsed = parseJson('{"a":[1.50,-0,1e2],"b":9007199254740993}')
    expect(parsed).toEqual({
      ok: true,
      value: {
        a: [new JsonNumber('1.50'), new JsonNumber('-0'), new JsonNumber('1e2')],
        b: new JsonNumber('9007199254740993'),
      },
    })
  })

  test('an object that looks like a number is none', () => {
    const parsed = parseJson('{"source":"5"}')
    expect(parsed.ok && parsed.value instanceof JsonNumber).toBe(false)
  })

  test.each([
    ['a repeated key', '{"a":1,"a":1}'],
    ['a repeated key, escaped', '{"a":1,"\\u0061":2}'],
    ['a repeated key in a dropped value', '{"a":{"b":1,"b":2},"a":3}'],
    ['a repeated key in an array', '[[{"a":1,"a":1}]]'],
    ['a repeated inherited key', '{"__proto__":1,"__proto__":2}'],
    ['nine levels', '['.repeat(9) + ']'.repeat(9)],
    ['an open string with a colon', '{"a:'],
    ['half a pair', '["\\ud83d"]'],
    ['half a pair as a key', '{"\\ude00":1}'],
    ['an escaped NUL', '["\\u0000"]'],
    ['nothing', ''],
  ])('%s is malformed', (_name, text) => {
    expect(parseJson(text)).toEqual(MALFORMED)
  })

  test.each([
    ['colons, quotes and brackets in strings', '{"a:\\"{[":":\\\\","b":"}]"}'],
    ['a whole pair', '["\\ud83d\\ude00"]'],
    ['eight levels', '['.repeat(8) + ']'.repeat(8)],
    ['equal keys in two objects', '[{"a":1},{"a":1}]'],
    ['a string that reads like an escape', '["\\\\u0000"]'],
  ])('%s is fine', (_name, text) => {
    expect(parseJson(text)).toEqual({ ok: true, value: withNumbers(JSON.parse(text)) })
  })

  test('a key that every object has anyway is an unknown field, and pollutes nothing', () => {
    const parsed = parseJson('{"a":{"__proto__":{"polluted":1}}}')
    expect(parsed).toEqual({ ok: false, reason: 'unknown_field' })
    expect('polluted' in {}).toBe(false)
  })
})

test('reads whatever JSON.stringify writes, if it is not too deep', () => {
  const key = fc.string({ unit: 'grapheme' }).filter((name) => !(name in Object.prototype))
  const value = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }).filter(isPlain)
  fc.assert(
    fc.property(fc.dictionary(key, value), (object) => {
      const text = JSON.stringify(object)
      fc.pre(!text.includes('\\u0000'))
      expect(parseJson(text)).toEqual({ ok: true, value: withNumbers(JSON.parse(text)) })
    }),
  )
})

test('takes nothing that JSON.parse refuses, and never throws', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', '"a"', '1', '-', ' ', 'é')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const text = parts.join('')
      if (parseJson(text).ok) JSON.parse(text)
    }),
    { numRuns: 2_000 },
  )
})

test('a key that is there twice is found wherever it is', () => {
  const key = fc.string({ maxLength: 5 }).filter((name) => !(name in Object.prototype))
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 6 }), fc.nat(), (keys, seed) => {
      const twice = keys[seed % keys.length] ?? ''
      const members = [...keys, twice].map((name) => `${JSON.stringify(name)}:1`)
      expect(parseJson(`{${members.join()}}`)).toEqual(MALFORMED)
    }),
  )
})

const isPlain = (value: unknown): boolean =>
  !/"(__|constructor|hasOwn|isProto|property|toLocale|toString|valueOf)/.test(JSON.stringify(value))

const withNumbers = (value: unknown): unknown => {
  if (typeof value === 'number') return new JsonNumber(JSON.stringify(value))
  if (Array.isArray(value)) return value.map(withNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withNumbers(inner)]),
  )
}
