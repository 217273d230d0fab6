import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** What is brought once per user and shared by all clones of this project. */
export const cacheFolder = (name: string): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'exactly-once', name)

/** For what root brings and a lesser user runs: root's own home is usually closed to others. */
export const sharedCacheFolder = (name: string): string => join('/var/cache', 'exactly-once', name)

/**
 * Fills a folder once. It appears complete or not at all: the work happens in a neighbour that is
 * renamed at the end, so a broken download is never used and two runs at once do no harm.
 */
export const fillOnce = async (
  folder: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> => {
  if (existsSync(folder)) return
  await mkdir(dirname(folder), { recursive: true })
  const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`))
  try {
    await fill(temporary)
    await rename(temporary, folder).catch((error: unknown) => {
      // Another run was faster; what it brought is as good.
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
