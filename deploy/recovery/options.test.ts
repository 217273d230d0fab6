import { expect, test } from 'bun:test'
import { parse } from './options.ts'

test.each([
  ['', { case: undefined, yes: false, anyway: false }],
  ['broker-lost', { case: 'broker-lost', yes: false }],
  ['cache-lost --yes --anyway', { case: 'cache-lost', yes: true, anyway: true }],
  ['database-behind --folder x', { case: 'database-behind', folder: 'x' }],
])('"%s" is understood', (line, options) => {
  expect(parse(line.split(' ').filter(Boolean))).toMatchObject({ kind: 'run', options })
})

test.each([
  ['everything', "'everything' is no case; there are cache-lost, database-behind"],
  ['broker-lost cache-lost', 'One case at a time'],
  ['--yes', 'Which case?'],
  ['broker-lost --now', '--now'],
])('"%s" is refused', (line, why) => {
  const parsed = parse(line.split(' '))
  expect(parsed.kind === 'wrong' && parsed.why).toContain(why)
})
