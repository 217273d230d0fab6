import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLiveState, readState, writeState } from './state.ts'

const folder = mkdtempSync(join(tmpdir(), 'state-'))
const file = join(folder, 'state.json')
afterAll(() => rmSync(folder, { recursive: true }))

test('what was noted is read back, with who noted it', () => {
  const parts = [{ name: 'gateway', kind: 'gateway' as const, address: 'http://localhost:1' }]
  writeState(file, { phase: 'ready', url: 'http://localhost:1', parts })
  expect(readLiveState(file)).toMatchObject({ phase: 'ready', parts, up: { pid: process.pid } })
})
test('it is nobody else’s to read', () => {
  writeState(file, { phase: 'starting', parts: [] })
  expect(statSync(file).mode & 0o777).toBe(0o600)
})
test('the note of an up that was killed is no living state', () => {
  const up = { pid: process.pid, startedAt: 'long ago' }
  writeFileSync(file, JSON.stringify({ phase: 'ready', up, parts: [] }))
  expect(readState(file)?.phase).toBe('ready')
  expect(readLiveState(file)).toBeUndefined()
})
test.each([
  ['missing', undefined],
  ['cut off', '{"phase":"rea'],
  ['of another build', '{"phase":"dancing"}'],
])('a file that is %s reads as none', (_name, text) => {
  rmSync(file, { force: true })
  if (text !== undefined) writeFileSync(file, text)
  expect(readState(file)).toBeUndefined()
})
