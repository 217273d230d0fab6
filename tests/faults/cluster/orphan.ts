import { temporaryFolder } from '../../support/temporary-folder.ts'
import { openPostgres } from './postgres.ts'

/** Stands in for a test process that dies while what it started is frozen, on a disk of its own. */
const { path } = await temporaryFolder()
const sources = `${import.meta.dir}/../../..`
const { postgres } = await openPostgres({ folder: path, sources, random: Math.random })
postgres.freeze()
process.stdout.write(`${JSON.stringify({ path, pid: postgres.pid() })}\n`)
await new Promise(() => setInterval(() => {}, 1_000))
