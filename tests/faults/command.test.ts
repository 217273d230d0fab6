import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The command as somebody types it. Nothing is started by what is wrong. */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exactly-once-command-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const faults = async (...words: string[]) => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'faults.ts'), ...words], {
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [said, complained] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, said, complained }
}

test('asked for help, it helps', async () => {
  const { code, said } = await faults('--help')
  expect(code).toBe(0)
  expect(said).toContain('--seed N')
})

test('asked for something that there is not, it says so and how to ask', async () => {
  const { code, complained } = await faults('--minutes', 'soon')
  expect(code).toBe(64)
  expect(complained).toContain("--minutes must be a whole number from 1 to 1440, not 'soon'")
  expect(complained).toContain('bun run faults [options]')
})

test.each([
  [['--bug', 'rain'], "there is no bug 'rain'"],
  [['--in', 'dreams'], "--in is simulation or processes, not 'dreams'"],
  [['--rain'], '--rain'],
])('asked to plant with %p, it says what there is', async (words, why) => {
  const { code, complained } = await faults('--planted', ...words)
  expect(code).toBe(64)
  expect(complained).toContain(why)
  expect(complained).toContain('bun run faults --planted [options]')
})

test.each([
  ['[{"atMs":0,"restMs":0,"faults":[{"fault":"rain"}]}]', '0.faults.0.fault'],
  ['{', 'is not JSON'],
])('given the plan %s, it names what is wrong with it', async (text, words) => {
  const file = join(folder, 'plan.json')
  writeFileSync(file, text)
  const { code, complained } = await faults('--plan', file)
  expect(code).toBe(64)
  expect(complained).toContain(words)
})

test('it does not write into a folder that holds something', async () => {
  writeFileSync(join(folder, 'kept'), 'mine')
  const { code, complained } = await faults('--folder', folder)
  expect(code).toBe(64)
  expect(complained).toContain('is not empty')
})
