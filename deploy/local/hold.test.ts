import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../tests/support/until.ts'
import { obeyHolds } from './hold.ts'
import { identify } from './identity.ts'

test('services rest for as long as somebody who lives holds them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hold-'))
  const file = join(folder, 'hold')
  const done: string[] = []
  const ending = new AbortController()
  const obeying = obeyHolds({
    file,
    stop: async () => void done.push('stop'),
    start: async () => void done.push('start'),
    signal: ending.signal,
  })
  const holder = Bun.spawn(['sleep', '60'])
  writeFileSync(file, JSON.stringify(identify(holder.pid)))
  await until(() => done.length === 1, { what: 'the stop' })
  holder.kill('SIGKILL')
  await until(() => done.length === 2, { what: 'the start' })
  expect(done).toEqual(['stop', 'start'])
  ending.abort()
  await obeying
  await rm(folder, { recursive: true })
})
