import { expect, test } from 'bun:test'
import { stripVTControlCharacters } from 'node:util'
import { shownLine } from './log-line.ts'

test.each([
  ['an everyday line', '{"level":"info","msg":"request"}', undefined],
  ['an empty line', '  ', undefined],
  [
    'a warning',
    '{"level":"warn","time":"t","service":"order","pid":1,"msg":"waiting","n":2}',
    '[order] warn waiting n=2',
  ],
  [
    'an error with a text',
    '{"level":"error","msg":"no","reason":"a b"}',
    '[order] error no reason=a b',
  ],
  ['no JSON: last words', 'panic: out of memory', '[order] panic: out of memory'],
  ['JSON that is no log line', '[1]', '[order] [1]'],
])('%s', (_name, line, shown) => {
  const text = shownLine('order', line)
  expect(text === undefined ? text : stripVTControlCharacters(text)).toBe(shown)
})
