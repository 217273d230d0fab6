import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from './names.ts'
import { readmeBlocks } from './readme.ts'

test.each(Object.entries(readmeBlocks()))(
  'the README says how to %s, in the very words that the command runs',
  async (_name, block) => {
    const readme = await Bun.file(join(ROOT, 'README.md')).text()
    expect(readme).toContain(block)
  },
)
