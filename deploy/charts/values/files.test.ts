import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { madeFiles } from './files.ts'

const deploy = join(import.meta.dir, '../..')

for (const { path, text } of madeFiles()) {
  test(`${path} is what \`bun run charts\` writes`, async () => {
    expect(await Bun.file(join(deploy, path)).text()).toBe(text)
  })
}
