import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  at,
  formatTraceparent,
  parseTraceparent,
  placeOf,
  type Traceparent,
  traceIdOf,
} from './traceparent.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const ONE = `00-${TRACE}-${SPAN}-01` as const

test.each<[string, string, Traceparent | undefined]>([
  ['recorded', ONE, ONE],
  ['not recorded', `00-${TRACE}-${SPAN}-00`, `00-${TRACE}-${SPAN}-00`],
  ['with a random id', `00-${TRACE}-${SPAN}-03`, `00-${TRACE}-${SPAN}-03`],
  ['flags that nobody knows yet', `00-${TRACE}-${SPAN}-ff`, `00-${TRACE}-${SPAN}-03`],
  ['a later version', `cc-${TRACE}-${SPAN}-01`, ONE],
  ['a later version with more in it', `cc-${TRACE}-${SPAN}-01-what-comes`, ONE],
  ['this version with more in it', `${ONE}-what`, undefined],
  ['the version that there is not', `ff-${TRACE}-${SPAN}-01`, undefined],
  ['nothing', '', undefined],
  ['a word', 'garbage', undefined],
  ['two of them', `${ONE}, ${ONE}`, undefined],
  ['capitals', ONE.toUpperCase(), undefined],
  ['a blank before it', ` ${ONE}`, undefined],
  ['a line after it', `${ONE}\n`, undefined],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`, undefined],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
  ['a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`, undefined],
  ['a letter that is no digit', `00-${TRACE.replace('0', 'g')}-${SPAN}-01`, undefined],
  ['no flags', `00-${TRACE}-${SPAN}`, undefined],
])('%s', (_name, text, expected) => {
  expect(parseTraceparent(text)).toBe(expected)
})

test('whatever is read is written the same, and read again', () => {
  const hex = (length: number) =>
    fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text))
  fc.assert(
    fc.property(hex(32), hex(16), fc.nat({ max: 3 }), (traceId, spanId, flags) => {
      const written = formatTraceparent({ traceId, spanId, flags })
      expect(parseTraceparent(written)).toBe(written)
      expect(placeOf(written)).toEqual({ traceId, spanId, flags })
    }),
  )
})

describe('something without a trace', () => {
  test('stays what it is', () => {
    const thing = { key: 'a' }
    expect(at(undefined, thing)).toBe(thing)
    expect(at(ONE, thing)).toEqual({ key: 'a', traceparent: ONE })
  })
  test('has no field in a log line', () => {
    expect(traceIdOf({})).toEqual({})
    expect(traceIdOf({ traceparent: ONE })).toEqual({ traceId: TRACE })
  })
})
