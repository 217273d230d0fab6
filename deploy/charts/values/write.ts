import { join } from 'node:path'
import { bring } from '../../tools/bring.ts'
import { madeFiles } from './files.ts'
import { readmes } from './readme.ts'

/** `bun run charts`: writes values.yaml, values.schema.json and README.md of every chart. */
const deploy = join(import.meta.dir, '../..')
const write = async (files: { path: string; text: string }[]): Promise<void> => {
  for (const { path, text } of files) {
    await Bun.write(join(deploy, path), text)
    console.log(path)
  }
}

await write(madeFiles())
// From values.yaml, so it has to be there.
const helmDocs = await bring('helm-docs')
if ('path' in helmDocs) await write(await readmes(helmDocs.path))
else console.log(`README.md: skipped, ${helmDocs.reason}`)
