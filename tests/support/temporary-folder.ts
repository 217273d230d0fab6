import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type TemporaryFolder = { path: string; remove: () => Promise<void> }

/**
 * A folder for one test process. However that process ends, the janitor ends what was started in
 * the folder and removes it: test runners give no hook that is called in every case.
 */
export const temporaryFolder = async (): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'exactly-once-test-'))
  const janitor = Bun.spawn([process.execPath, join(import.meta.dir, 'janitor.ts'), path], {
    // It notices our end by the end of this pipe, which nobody writes to.
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'inherit',
    detached: true,
  })
  janitor.unref()
  janitors.add(janitor)
  return {
    path,
    async remove() {
      janitors.delete(janitor)
      await janitor.stdin.end()
      await janitor.exited
    },
  }
}

/** Keeps the pipes from being collected, which would close them. */
const janitors = new Set<Bun.Subprocess>()
