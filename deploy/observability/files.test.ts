import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { monitoringFiles } from './files.ts'

const ROOT = join(import.meta.dir, '../..')

/** JSON is YAML. The layout is the formatter's business. */
test.each([...monitoringFiles()])('%s says what its source says', async (path, text) => {
  const committed = await Bun.file(join(ROOT, path)).text()
  expect(Bun.YAML.parse(committed)).toEqual(Bun.YAML.parse(text))
})
