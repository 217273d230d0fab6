import { join } from 'node:path'
import { monitoringFiles } from './files.ts'

/** Writes the alerts and dashboards that the charts carry. */
const ROOT = join(import.meta.dir, '../..')
const files = monitoringFiles()
for (const [path, text] of files) await Bun.write(join(ROOT, path), text)
// The formatter has its own taste in JSON.
await Bun.$`bunx biome format --write ${[...files.keys()]}`.cwd(ROOT)
