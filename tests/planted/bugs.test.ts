import { describe, expect, test } from 'bun:test'
import { BUGS } from './bugs.ts'
import { edited, sourceOf } from './build.ts'

/** The bugs fit the sources as they are now: a bug that cannot be planted proves nothing. */

const named = BUGS.map((bug) => [bug.name, bug] as const)

test('there are at least twenty, each with a name of its own', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length)
  expect(BUGS.length).toBeGreaterThanOrEqual(20)
})

describe('can be planted, and gives a program that parses:', () => {
  test.each(named)('%s', async (_name, { edits }) => {
    for (const [file, ofFile] of Map.groupBy(edits, (edit) => edit.file)) {
      const before = await sourceOf(file)
      const after = edited(before, ofFile)
      expect(after).not.toBe(before)
      if (file.endsWith('.sql')) continue
      const loader = file.endsWith('.ts') ? 'ts' : 'js'
      expect(() => new Bun.Transpiler({ loader }).scanImports(after)).not.toThrow()
    }
  })
})

test('a bug that does not fit the sources any more is refused', () => {
  const edit = { file: 'a.ts', find: 'gone', replace: 'x' }
  expect(() => edited('here', [edit])).toThrow('a.ts has 0 times: gone')
  expect(() => edited('gone gone', [edit])).toThrow('a.ts has 2 times: gone')
})
