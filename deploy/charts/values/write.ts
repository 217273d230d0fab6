import { join } from 'node:path'
import { madeFiles } from './files.ts'

/** `bun run charts`: writes values.yaml and values.schema.json of every chart. */
const deploy = join(import.meta.dir, '../..')
for (const { path, text } of madeFiles()) {
  await Bun.write(join(deploy, path), text)
  console.log(path)
}
