import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock, tryLock } from './lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'lock-'))
const file = join(folder, 'lock')
afterAll(() => rmSync(folder, { recursive: true }))

/** Another process that takes the lock, says so, and keeps it. */
const holder = async () => {
  const code = `
    const { tryLock } = await import(${JSON.stringify(join(import.meta.dir, 'lock.ts'))})
    console.log(tryLock(${JSON.stringify(file)}) ? 'held' : 'busy')
    await Bun.stdin.text()`
  const child = Bun.spawn([process.execPath, '-e', code], { stdin: 'pipe', stdout: 'pipe' })
  const { value } = await child.stdout.getReader().read()
  return { child, said: new TextDecoder().decode(value).trim() }
}

test('one process holds it; its death, however sudden, gives it back', async () => {
  const { child, said } = await holder()
  expect(said).toBe('held')
  expect(tryLock(file)).toBeUndefined()
  child.kill('SIGKILL')
  await child.exited
  const lock = await takeLock(file)
  expect(lock).toBeDefined()
  lock?.release()
})
test('what is released is free', async () => {
  tryLock(file)?.release()
  const { child, said } = await holder()
  expect(said).toBe('held')
  child.kill('SIGKILL')
  await child.exited
})
