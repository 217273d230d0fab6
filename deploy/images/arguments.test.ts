import { expect, test } from 'bun:test'
import { parse } from './arguments.ts'
import { TARGETS, VERSION } from './names.ts'

const ALL = { base: 'public', tag: VERSION, targets: [...TARGETS] }

test.each<[string, unknown]>([
  ['', { options: ALL }],
  ['--base local --engine podman', { options: { ...ALL, base: 'local', engine: 'podman' } }],
  ['order --tag next', { options: { ...ALL, tag: 'next', targets: ['order'] } }],
  ['--help', { help: true }],
  ['--engine buildah', { problem: expect.stringContaining('engine') }],
  ['--base scratch', { problem: expect.stringContaining('base') }],
  ['--tag a:b', { problem: expect.stringContaining('tag') }],
  ['ledger', { problem: expect.stringContaining('targets') }],
  ['--push', { problem: expect.stringContaining('--push') }],
])('bun run images %s', (line, expected) => {
  const parsed: unknown = parse(line.split(' ').filter(Boolean))
  expect(parsed).toEqual(expected)
})
