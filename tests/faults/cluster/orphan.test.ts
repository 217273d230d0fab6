import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { identify } from '../../../deploy/local/identity.ts'
import { descendants } from '../../../deploy/local/tree.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

test('nothing is left of a cluster whose process is killed, not even what was frozen', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'orphan.ts')], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const { value } = await child.stdout.getReader().read()
  const { path, pid } = JSON.parse(new TextDecoder().decode(value))
  const helpers = descendants(pid)
  expect(helpers.length).toBeGreaterThan(3)

  child.kill('SIGKILL')
  await child.exited
  await until(() => !existsSync(path), { what: 'the folder to go', deadlineMs: 30_000 })
  const left = [pid, ...helpers.map((helper) => helper.pid)].filter((each) => identify(each))
  expect(left).toEqual([])
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(path)
})
