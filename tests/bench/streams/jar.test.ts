import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashOfSources, streamsVersion } from './jar.ts'

let project: string
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'exactly-once-jar-'))
  await Bun.write(join(project, 'pom.xml'), '<project/>')
  await Bun.write(join(project, 'src/main/java/Main.java'), 'class Main {}')
})
afterEach(() => rm(project, { recursive: true }))

test.each([
  ['another pom.xml', 'pom.xml'],
  ['another source, however deep', 'src/main/java/Main.java'],
  ['one more source', 'src/main/java/More.java'],
])('%s makes another jar', async (_name, file) => {
  const before = await hashOfSources(project)
  await Bun.write(join(project, file), 'something else')
  expect(await hashOfSources(project)).not.toBe(before)
})

test('what is no source makes no other jar', async () => {
  const before = await hashOfSources(project)
  await Bun.write(join(project, 'README.md'), 'words')
  expect(await hashOfSources(project)).toBe(before)
})

test('the version of Streams is found in the pom.xml', async () => {
  expect(await streamsVersion()).toMatch(/^4\.\d+\.\d+$/)
})
