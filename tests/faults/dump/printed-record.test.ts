import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { readPrinted } from './printed-record.ts'

const MISSING = 'none-4711'

/** As `Bytes.toString` of the broker's clients does. */
const printed = (bytes: Uint8Array | null): string =>
  bytes === null
    ? MISSING
    : [...bytes]
        .map((byte) =>
          byte >= 0x20 && byte <= 0x7e && byte !== 0x5c
            ? String.fromCharCode(byte)
            : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('')

const read = (key: Uint8Array | null, value: Uint8Array | null) =>
  readPrinted(`CreateTime:17\tPartition:3\tOffset:42\t${printed(key)}\t${printed(value)}`, MISSING)

test('a record has its place, time, key and value', () => {
  expect(read(Buffer.from('a'), Buffer.from('{"a":1}'))).toEqual({
    partition: 3,
    offset: '42',
    key: 'a',
    value: '{"a":1}',
    timestamp: 17,
  })
})
test.each([
  ['line\nbreak\ttab'],
  ['back\\slash \\x41'],
  ['Счет'],
  ['\u2028'],
  ['\uFEFFmark'],
  [''],
  [MISSING.slice(1)],
] as const)('%j survives', (text) => {
  expect(read(Buffer.from(text), Buffer.from(text))).toMatchObject({ key: text, value: text })
})
test('a missing key or value is neither empty nor a text', () => {
  expect(read(null, null)).toMatchObject({ key: null, value: null })
})
test('any bytes survive', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const { value } = read(null, bytes)
      const back = typeof value === 'string' ? Buffer.from(value) : bytesIn(value)
      expect(Buffer.from(back).equals(bytes)).toBe(true)
    }),
  )
})
const bytesIn = (value: { base64: string } | null) => Buffer.from(value?.base64 ?? '', 'base64')

describe('refused:', () => {
  test.each(['', 'Processed a total of 4 messages', 'CreateTime:1\tPartition:0\tOffset:1\ta'])(
    '%j',
    (line) => {
      expect(() => readPrinted(line, MISSING)).toThrow('the console consumer printed')
    },
  )
})
