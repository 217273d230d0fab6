import { afterAll, expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tail } from './tail.ts'

const folder = mkdtempSync(join(tmpdir(), 'tail-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a tail hands over of a file that changes like this. */
const told = (change: (file: string) => void, before?: string): string[] => {
  const file = join(folder, crypto.randomUUID())
  if (before !== undefined) writeFileSync(file, before)
  const lines: string[] = []
  const one = tail(file, (line) => lines.push(line))
  change(file)
  one.stop()
  return lines
}

test.each([
  ['what was there before is old', 'old\n', ['new\n'], ['new']],
  ['a file that does not exist yet', undefined, ['a\n', 'b\n'], ['a', 'b']],
  ['a line in two pieces', '', ['a', 'b\n'], ['ab']],
  ['a line without its end is not told yet', '', ['a\nb'], ['a']],
  ['more than one chunk', '', [`${'x'.repeat(100_000)}\nlast\n`], ['x'.repeat(100_000), 'last']],
] as const)('%s', (_name, before, pieces, lines) => {
  const append = (file: string) => {
    for (const piece of pieces) appendFileSync(file, piece)
  }
  expect(told(append, before)).toEqual([...lines])
})
test('a file that begins anew', () => {
  expect(told((file) => writeFileSync(file, 'n\n'), 'a long old text\n')).toEqual(['n'])
})
