import { expect, test } from 'bun:test'
import { shownBytes } from './shown.ts'

const MAX = 40

test.each([
  ['text', Buffer.from('{"a":"ё"}'), '{"a":"ё"}'],
  [
    'a terminal’s escapes',
    Buffer.from('\u001b[2Jgone\r\n\u0000'),
    '\\u{1b}[2Jgone\\u{d}\\u{a}\\u{0}',
  ],
  ['a turn of direction', Buffer.from('pay\u202Eyap'), 'pay\\u{202e}yap'],
  ['no text', Buffer.from([0xff, 0xfe, 0x00]), 'base64 //4A'],
  ['nothing', null, '(none)'],
  ['an empty value', Buffer.alloc(0), '(empty)'],
  ['what was not kept', undefined, '(not kept)'],
  ['a long one', Buffer.from('x'.repeat(50)), `${'x'.repeat(MAX)} … (50 bytes)`],
])('%s is shown so that a terminal obeys nothing', (_what, bytes, shown) => {
  expect(shownBytes(bytes, MAX)).toBe(shown)
})
