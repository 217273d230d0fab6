import { expect, test } from 'bun:test'
import { parse } from './options.ts'

test.each([
  ['list', { name: 'list', all: false, json: false, max: 100 }],
  ['list --all --json --max 7', { name: 'list', all: true, json: true, max: 7 }],
  ['show 2-17', { name: 'show', ids: ['2-17'], full: false }],
  ['replay 2-17 0-0 --again', { name: 'replay', ids: ['2-17', '0-0'], again: true }],
  ['discard 2-17 --reason spam', { name: 'discard', ids: ['2-17'], reason: 'spam' }],
])('%s is understood', (line, command) => {
  expect(parse(line.split(' '))).toMatchObject({ kind: 'run', options: { command } })
})

test.each([
  ['', 'No command is given'],
  ['bury 2-17', "'bury' is no command"],
  ['replay', 'replay needs the id of a letter, such as 2-17; list shows them'],
  ['replay 17', "'17' is no id; one looks like 2-17"],
  ['show 2-17x', "'2-17x' is no id; one looks like 2-17"],
  ['show 2-17 --again', '--again is nothing for show'],
  ['list 2-17', 'list takes no id'],
  ['list --max many', '--max is no number'],
  ['discard 2-17', 'discard needs --reason: why nothing has to be done'],
  ['discard 2-17 --reason=', 'discard needs --reason: why nothing has to be done'],
])('"%s" is refused', (line, why) => {
  expect(parse(line === '' ? [] : line.split(' '))).toEqual({ kind: 'wrong', why })
})

test('a word that nobody knows is named', () => {
  const parsed = parse(['list', '--nope'])
  expect(parsed.kind === 'wrong' && parsed.why).toContain('--nope')
})
