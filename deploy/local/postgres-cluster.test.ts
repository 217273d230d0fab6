import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identify } from './identity.ts'
import { forgetDeadServer } from './postgres-cluster.ts'

const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
const file = join(folder, 'postmaster.pid')
afterAll(() => rmSync(folder, { recursive: true }))

const self = identify(process.pid)
const gone = { pid: process.pid, startedAt: 'before the power cut' }

test.each([
  ['a stranger has its number now: forgotten', gone, process.pid, false],
  ['it runs: kept', self, process.pid, true],
  ['written by another server: kept', gone, 1, true],
  ['nothing is known about it: kept', undefined, process.pid, true],
])('the lock of a server; %s', async (_name, server, pid, kept) => {
  writeFileSync(file, `${pid}\n/data\n`)
  await forgetDeadServer(folder, server)
  expect(existsSync(file)).toBe(kept)
})
