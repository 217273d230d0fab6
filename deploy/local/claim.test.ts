import { afterAll, afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLAIM, claim, reapFolder, writeClaim } from './claim.ts'
import { identify } from './identity.ts'

const folder = mkdtempSync(join(tmpdir(), 'claim-'))
const file = join(folder, `part${CLAIM}`)
const children: Bun.Subprocess<'ignore', 'pipe'>[] = []

const sleeper = (command = ['sleep', '60']) => {
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe' })
  children.push(child)
  return child
}

/** As if it had been started by a process that has died since. */
const orphaned = (pid: number) => {
  const parent = { pid: process.pid, startedAt: 'long ago' }
  writeFileSync(file, JSON.stringify({ process: identify(pid), parent }))
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await child.exited
  }
  rmSync(file, { force: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

test('where nothing is noted, there is nothing to end', async () => {
  expect(await claim(file, 'SIGTERM', 100)).toBe(false)
})
test('a note that was cut off counts as none', async () => {
  writeFileSync(file, '{"process":')
  expect(await claim(file, 'SIGTERM', 100)).toBe(false)
})
test('what a dead parent left behind is ended', async () => {
  const child = sleeper()
  orphaned(child.pid)
  expect(await claim(file, 'SIGTERM', 5_000)).toBe(true)
  expect(await child.exited).toBe(143)
})
test('what is frozen, too', async () => {
  const child = sleeper()
  child.kill('SIGSTOP')
  orphaned(child.pid)
  expect(await reapFolder(folder)).toBe(1)
  expect(child.signalCode ?? (await child.exited)).toBeTruthy()
})
test('and its helpers, without which it could not end well', async () => {
  const script = 'sleep 60 > /dev/null 2>&1 & trap "kill $!; wait; exit 7" INT; echo $!; wait'
  const child = sleeper(['sh', '-c', script])
  const { value } = await child.stdout.getReader().read()
  const helper = Number(new TextDecoder().decode(value))
  for (const pid of [child.pid, helper]) process.kill(pid, 'SIGSTOP')
  orphaned(child.pid)
  expect(await claim(file, 'SIGINT', 5_000)).toBe(true)
  expect(await child.exited).toBe(7)
  expect(identify(helper)).toBeUndefined()
})
test('what does not react is killed after the deadline', async () => {
  const child = sleeper(['sh', '-c', 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'])
  await child.stdout.getReader().read()
  orphaned(child.pid)
  expect(await claim(file, 'SIGTERM', 200)).toBe(true)
  expect(await child.exited).toBe(137)
})
test('what a living parent runs is not touched', async () => {
  const child = sleeper()
  writeClaim(file, child.pid)
  const answer = await claim(file, 'SIGTERM', 100).catch((error: unknown) => error)
  expect(String(answer)).toContain(`process ${child.pid}`)
  expect(child.exitCode).toBeNull()
})
test('a stranger who got the number of what ended is not touched', async () => {
  const child = sleeper()
  const gone = { pid: child.pid, startedAt: 'long ago' }
  writeFileSync(file, JSON.stringify({ process: gone, parent: gone }))
  expect(await claim(file, 'SIGTERM', 100)).toBe(false)
  expect(child.exitCode).toBeNull()
})
