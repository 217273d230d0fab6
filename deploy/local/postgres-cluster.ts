import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { User } from './child.ts'
import { type Identity, identify, isRunning } from './identity.ts'

/** The files of one server on disk and who may touch them. */
export type Cluster = {
  folder: string
  /** How the server is told where it lives. */
  asServer: string
  /** Whom the server runs as, when that is not us. */
  user: User | undefined
  password: string
}

/** Nothing of the caller's environment: PGDATA, PGPORT and their like would reach the server. */
export const SERVER_ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

/** Finds the cluster in the data folder, or makes one with a password of its own. */
export const openCluster = async (
  dataFolder: string,
  binaries: string,
  { user, durable }: { user: User | undefined; durable: boolean },
): Promise<Cluster> => {
  const folder = join(dataFolder, 'cluster')
  const passwordFile = join(dataFolder, 'password')
  if (!existsSync(folder)) {
    await writeFile(passwordFile, randomPassword(), { mode: 0o600 })
    if (user) await chown(passwordFile, user.uid, user.gid)
    await initialise(folder, binaries, { user, durable })
  }
  return {
    folder,
    asServer: asServer(folder, user),
    user,
    password: (await readFile(passwordFile, 'utf8')).trim(),
  }
}

/**
 * Whom to run the server as, because Postgres refuses to run as root: the owner of the data if
 * it was made by an ordinary user, else `nobody`. Undefined when we are an ordinary user already.
 * Root hands the data folder over to that user.
 */
export const prepareFolder = async (dataFolder: string): Promise<User | undefined> => {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  if (process.getuid?.() !== 0) return undefined
  const { uid, gid } = await stat(dataFolder)
  if (uid !== 0) return { uid, gid }
  const nobody = { uid: await idOf('-u'), gid: await idOf('-g') }
  await chown(dataFolder, nobody.uid, nobody.gid)
  return nobody
}

const idOf = async (flag: '-u' | '-g'): Promise<number> =>
  Number(await new Response(Bun.spawn(['id', flag, 'nobody']).stdout).text())

/**
 * `nobody` may not be able to walk to the data, e.g. below a home that is closed to others. The
 * server is started inside its folder, and this path leads there without walking.
 */
const asServer = (folder: string, user: User | undefined): string =>
  user !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : folder

/** Made under another name and renamed, so that an interrupted start leaves no half of it. */
const initialise = async (
  folder: string,
  binaries: string,
  { user, durable }: { user: User | undefined; durable: boolean },
): Promise<void> => {
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  if (user) await chown(unfinished, user.uid, user.gid)
  const server = asServer(unfinished, user)
  const command = [
    join(binaries, 'initdb'),
    `--pgdata=${server}`,
    `--pwfile=${server}/../password`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]
  const child = Bun.spawn(command, {
    cwd: unfinished,
    env: SERVER_ENVIRONMENT,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 60_000,
    ...user,
  })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`initdb ended with exit code ${code}:\n${errors || output}`)
  await rename(unfinished, folder)
}

/**
 * Postgres does not start while the number in its lock file belongs to any process, and after a
 * power cut it may well belong to a stranger. When the server that wrote it is known to be gone,
 * the file is removed; in every other case Postgres knows better.
 */
export const forgetDeadServer = async (
  cluster: string,
  server: Identity | undefined,
): Promise<void> => {
  const file = join(cluster, 'postmaster.pid')
  if (server === undefined || isRunning(server) || !existsSync(file)) return
  const pid = Number((await readFile(file, 'utf8')).split('\n', 1)[0])
  if (pid === server.pid && identify(pid) !== undefined) await rm(file)
}

const randomPassword = () =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')
