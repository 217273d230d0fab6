import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillOnce } from './cache.ts'

const folder = mkdtempSync(join(tmpdir(), 'cache-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fill = (text: string) => async (temporary: string) => {
  await Bun.write(join(temporary, 'file'), text)
}

test('is filled once', async () => {
  const target = join(folder, 'once')
  await fillOnce(target, fill('first'))
  await fillOnce(target, fill('second'))
  expect(await Bun.file(join(target, 'file')).text()).toBe('first')
})
test('a filling that fails leaves nothing, and the next one works', async () => {
  const parent = join(folder, 'fails')
  const target = join(parent, 'x')
  const failing = fillOnce(target, async (temporary) => {
    await fill('half')(temporary)
    throw new Error('no network')
  })
  expect(String(await failing.catch((error: unknown) => error))).toContain('no network')
  expect(readdirSync(parent)).toEqual([])
  await fillOnce(target, fill('whole'))
  expect(await Bun.file(join(target, 'file')).text()).toBe('whole')
})
test('two at once do no harm', async () => {
  const parent = join(folder, 'race')
  await Promise.all(['a', 'b', 'c'].map((text) => fillOnce(join(parent, 'x'), fill(text))))
  expect(readdirSync(parent)).toEqual(['x'])
  expect(await Bun.file(join(parent, 'x', 'file')).text()).toBeOneOf(['a', 'b', 'c'])
})
