import { rm } from 'node:fs/promises'
import { reapFolder } from '../../deploy/local/claim.ts'
import { pause } from '../../shared/wait.ts'

/**
 * Runs beside a test process (`temporary-folder.ts`): when that ends, or lets go of the folder,
 * what was started in the folder is ended and the folder is removed.
 */
const DEADLINE_MS = 10_000

// The test runner ends what a test that timed out had started; the cleaning still has to be done.
process.on('SIGTERM', () => {})

const [folder = ''] = process.argv.slice(2)
await Bun.stdin.text()

// The pipe of a process that dies closes a moment before the process is gone, and until then what
// it started is in use.
for (const deadline = Date.now() + DEADLINE_MS; ; ) {
  try {
    await reapFolder(folder)
    break
  } catch (error) {
    if (Date.now() > deadline) throw error
    await pause(20)
  }
}
await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
