import { expect, test } from 'bun:test'
import { parseOptions } from './options.ts'

test.each([
  [['--seed', 'x'], "--seed must be a whole number from 0 to 9007199254740991, not 'x'"],
  [['--minutes', '0'], "--minutes must be a whole number from 1 to 1440, not '0'"],
  [['--minutes', '1.5'], "--minutes must be a whole number from 1 to 1440, not '1.5'"],
  [['--kills', '-1'], '--kills'],
  [['--rain'], '--rain'],
  [['now'], 'now'],
  [['--plan', 'a.json', '--minutes', '3'], '--plan says all there is to do'],
])('%p is refused', (words, why) => {
  const parsed = parseOptions(words)
  expect(parsed.kind).toBe('wrong')
  expect(parsed.kind === 'wrong' && parsed.why).toContain(why)
})

test('what is not said has a value', () => {
  expect(parseOptions(['--seed', '7'])).toEqual({
    kind: 'run',
    options: {
      seed: 7,
      minutes: 5,
      kills: 0,
      plan: undefined,
      rate: 100,
      clients: 16,
      folder: undefined,
    },
  })
})

test('help is help, whatever else', () => {
  expect(parseOptions(['--help', '--seed', '1'])).toEqual({ kind: 'help' })
})
