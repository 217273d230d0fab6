import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { openLines, readAll } from './json-lines.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exactly-once-lines-'))
})
afterEach(() => rm(folder, { recursive: true }))

const Line = v.object({ text: v.string() })
const write = (file: string, lines: readonly { text: string }[]) => {
  const out = openLines(file)
  for (const line of lines) out.write(line)
  out.close()
}

test('lines come back as they were written, whatever is in them', async () => {
  const file = join(folder, 'new', 'lines.jsonl')
  const lines = ['', 'Счет', 'a\nb', '\u2028', '\uFEFF', 'x'.repeat(200_000)].map((text) => ({
    text,
  }))
  write(file, lines)
  expect(await readAll(file, Line)).toEqual(lines)
})
test('of a longer file nothing is left', async () => {
  const file = join(folder, 'lines.jsonl')
  write(
    file,
    Array.from({ length: 2_345 }, (_, index) => ({ text: String(index) })),
  )
  write(file, [{ text: 'short' }])
  expect(await readAll(file, Line)).toEqual([{ text: 'short' }])
})
test('a line that is no such line is named', async () => {
  const file = join(folder, 'lines.jsonl')
  await Bun.write(file, '{"text":"a"}\n{"text":1}\n')
  const refused = await readAll(file, Line).catch((error: unknown) => error)
  expect(refused).toMatchObject({ message: `${file}:2 is not what a dump holds` })
})
test('a file that is away is not an empty one', async () => {
  expect(await readAll(join(folder, 'away.jsonl'), Line)).toBeUndefined()
})
