import { expect, test } from 'bun:test'
import { whatIsMissing } from './is-ready.ts'

const report = (...checks: { name: string; up: boolean; reason?: string }[]) =>
  JSON.stringify({ ready: false, checks })

test.each([
  [
    'one',
    report({ name: 'relay', up: false, reason: 'away' }, { name: 'x', up: true }),
    'relay (away)',
  ],
  ['two', report({ name: 'a', up: false }, { name: 'b', up: false }), 'a, b'],
  ['no report', 'Bad Gateway', 'Bad Gateway'],
])('%s', (_name, text, expected) => {
  expect(whatIsMissing(text)).toBe(expected)
})
