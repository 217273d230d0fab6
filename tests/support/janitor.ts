import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pause } from '../../shared/wait.ts'
import { unmountBelow } from './mounts.ts'

/**
 * Runs beside a test process (`temporary-folder.ts`): when that ends, or lets go of the folder,
 * what was started in the folder is ended, what was mounted is unmounted, and all is removed.
 */
const DEADLINE_MS = 30_000
const DOWN = join(import.meta.dir, '../../deploy/local/down.ts')

// The test runner ends what a test that timed out had started; the cleaning still has to be done.
process.on('SIGTERM', () => {})

const [folder = ''] = process.argv.slice(2)
await Bun.stdin.text()

// The pipe of a process that dies closes a moment before the process is gone, and until then what
// it started is in use, and not ended.
const deadline = Date.now() + DEADLINE_MS
while ((await down()) !== 0) {
  if (Date.now() > deadline) throw new Error(`what runs in ${folder} does not end`)
  await pause(50)
}
unmountBelow(folder)
await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })

function down(): Promise<number> {
  const words = [process.execPath, DOWN, '--folder', folder]
  return Bun.spawn(words, { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }).exited
}
