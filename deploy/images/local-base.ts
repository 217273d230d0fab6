import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { $ } from 'bun'
import { CommandError } from '../run-command.ts'
import type { Engine } from './engine.ts'

export type Bases = { bun: string; runtime: string }

/**
 * Both bases made from this machine, for where no image can be pulled: glibc as this very Bun
 * needs it, two files of /etc, a /tmp, and for the build Bun itself. Made once for each Bun and
 * glibc, and kept by the engine. Linux only.
 */
export const localBases = async (engine: Engine): Promise<Bases> => {
  const libraries = await librariesOf(process.execPath)
  const key = await keyOf([process.execPath, ...libraries])
  const bases = {
    bun: `localhost/exactly-once/base-bun:${key}`,
    runtime: `localhost/exactly-once/base-runtime:${key}`,
  }
  const folder = await mkdtemp(join(tmpdir(), 'exactly-once-base-'))
  try {
    await layRuntime(folder, libraries)
    await importOnce(engine, folder, bases.runtime)
    await place(process.execPath, join(folder, 'usr/local/bin/bun'))
    await importOnce(engine, folder, bases.bun)
  } finally {
    await rm(folder, { recursive: true })
  }
  return bases
}

/** Where the loader finds them, links followed by `copyFile`. */
const librariesOf = async (program: string): Promise<string[]> => {
  const { stdout } = await $`ldd ${program}`.quiet().nothrow()
  const paths = [...stdout.toString().matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
  if (paths.some((path) => path.includes('/ld-linux'))) return paths
  throw new CommandError('a base can be made only from a Linux machine with glibc')
}

const layRuntime = async (folder: string, libraries: readonly string[]): Promise<void> => {
  for (const library of libraries) await place(library, join(folder, library))
  await mkdir(join(folder, 'etc'))
  const passwd = 'root:x:0:0:root:/:/sbin/nologin\napp:x:10001:10001:app:/tmp:/sbin/nologin\n'
  await writeFile(join(folder, 'etc/passwd'), passwd)
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\napp:x:10001:\n')
  await mkdir(join(folder, 'tmp'))
  await chmod(join(folder, 'tmp'), 0o1777)
}

const place = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
  await chmod(to, 0o755)
}

const importOnce = async (engine: Engine, folder: string, name: string): Promise<void> => {
  const isThere = await engine.run(['image', 'inspect', name]).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const tar = join(folder, '..', `${name.replaceAll(/\W/g, '-')}-${crypto.randomUUID()}.tar`)
  try {
    // One date and one owner: the same files make the same layer.
    await $`tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf ${tar} -C ${folder} .`
    await engine.run(['import', tar, name])
  } finally {
    await rm(tar, { force: true })
  }
}

/** Changes whenever one of the files does. */
const keyOf = async (files: readonly string[]): Promise<string> => {
  const hash = createHash('sha256')
  for (const file of files) {
    const { size, mtimeMs } = await stat(await realpath(file))
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}
