import { join, resolve } from 'node:path'
import type { Certificate } from '../certificates.ts'
import { type Child, lastLines, spawnChild } from './child.ts'
import { CLAIM, claim, readClaim } from './claim.ts'
import { freePort } from './ports.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import {
  forgetDeadServer,
  openCluster,
  prepareFolder,
  SERVER_ENVIRONMENT,
} from './postgres-cluster.ts'
import { demandTls } from './postgres-tls.ts'
import { becomesReady } from './ready.ts'
import { postgresAnswers } from './sql.ts'
import { killTree, signalTree } from './tree.ts'
import type { Running } from './unit.ts'

export type PostgresOptions = {
  /** Holds the cluster, the superuser's password and the server's log; made when missing. */
  dataFolder: string
  /** A free one when left out. */
  port?: number
  /** False skips fsync: survives the death of processes, not of the machine. For tests only. */
  durable?: boolean
  /** Server settings that join ours, e.g. `{ deadlock_timeout: '100ms' }`. */
  settings?: Record<string, string>
  /** Lets nobody in without TLS, with this certificate. Without TLS when left out. */
  certificate?: Certificate
  readyDeadlineMs?: number
  /** Gives up waiting for it to become ready. */
  signal?: AbortSignal
}

export type RunningPostgres = Running & {
  /** Of the superuser, on the database `postgres`. */
  url: string
  port: number
  pid: number
}

const STOP_DEADLINE_MS = 4_000

/**
 * A Postgres of our own, its binaries from npm: loopback only, SCRAM passwords for everyone, no
 * socket files. Works for root and for ordinary users, in any folder. Resolves when it answers a
 * query; otherwise throws with the last lines of its log.
 */
export const startPostgres = async (options: PostgresOptions): Promise<RunningPostgres> => {
  const dataFolder = resolve(options.dataFolder)
  const durable = options.durable ?? true
  const user = await prepareFolder(dataFolder)
  const binaries = join(await postgresBinaries(user !== undefined), 'bin')
  const claimFile = join(dataFolder, `postgres${CLAIM}`)
  await claim(claimFile, 'SIGINT', STOP_DEADLINE_MS)
  const cluster = await openCluster(dataFolder, binaries, { user, durable })
  await forgetDeadServer(cluster.folder, readClaim(claimFile)?.process)
  const port = options.port ?? (await freePort())
  const secured = options.certificate ? await demandTls(cluster, options.certificate) : {}

  const logFile = join(dataFolder, 'postgres.log')
  const child = spawnChild({
    command: [
      join(binaries, 'postgres'),
      '-D',
      cluster.asServer,
      ...asFlags({ ...settings(port, durable), ...secured, ...options.settings }),
    ],
    folder: cluster.folder,
    logFile,
    claimFile,
    environment: SERVER_ENVIRONMENT,
    // Fast shutdown: sessions are cut off, the data is left in order.
    onParentDeath: 'INT',
    ...(user && { user }),
  })
  const url = `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`
  const problem = await becomesReady({
    // It is ready, whoever it is: whether the name fits is a question for its clients.
    check: () => postgresAnswers(options.certificate ? `${url}?sslmode=require` : url),
    exited: child.exited,
    deadlineMs: options.readyDeadlineMs ?? 60_000,
    signal: options.signal,
  })
  if (problem !== undefined) {
    await killTree(child)
    const log = lastLines(logFile)
    throw new Error(`Postgres on port ${port} ${problem}; the end of ${logFile}:\n${log}`)
  }
  return { url, port, pid: child.pid, ...runningPostgres(child) }
}

/** Fast shutdown cuts sessions off and leaves the data in order; a kill also takes the backends. */
const runningPostgres = (child: Child): Running => ({
  child,
  stop: () => child.stop('SIGINT', STOP_DEADLINE_MS),
  kill: () => killTree(child),
  freeze: () => signalTree(child, 'SIGSTOP'),
  wake: () => signalTree(child, 'SIGCONT'),
})

const settings = (port: number, durable: boolean): Record<string, string> => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  log_checkpoints: 'off',
  ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
})

const asFlags = (values: Record<string, string>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
