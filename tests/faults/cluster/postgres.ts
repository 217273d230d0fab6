import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from '../../../deploy/local/ports.ts'
import { startPostgres } from '../../../deploy/local/postgres.ts'
import { withSql } from '../../../deploy/local/sql.ts'
import { isUnavailable } from '../../../shared/database.ts'
import { pause } from '../../../shared/wait.ts'
import { startPostgresProxy } from '../proxy/postgres-proxy.ts'
import type { PostgresProxy } from '../proxy/types.ts'
import { makeDatabases, urlsOnPort } from './databases.ts'
import { openDisk } from './disk.ts'
import { openPart } from './part.ts'
import type { ClusterOptions, ClusterPostgres, Lock } from './types.ts'

export type OpenPostgres = {
  postgres: ClusterPostgres
  proxy: PostgresProxy
  /** Gives back what rival sessions hold, and ends the server. */
  close: () => Promise<void>
}

type PostgresWish = Pick<
  ClusterOptions,
  'durable' | 'postgresSettings' | 'diskMegabytes' | 'report'
> & {
  /** Holds the server's data, on a disk of its own. */
  folder: string
  sources: string
  random: () => number
}

const DISK_MEGABYTES = 2_048
const DEADLINE_MS = 10_000
const LOCK_PATIENCE_MS = 5_000

/** A Postgres with the databases of the services, behind a proxy. */
export const openPostgres = async (wish: PostgresWish): Promise<OpenPostgres> => {
  const { durable = false, postgresSettings = {}, diskMegabytes = DISK_MEGABYTES } = wish
  const dataFolder = join(wish.folder, 'postgres')
  const port = await freePort()
  const disk = openDisk(dataFolder, diskMegabytes)
  let adminUrl = ''
  const part = openPart(
    'postgres',
    async (signal) => {
      const settings = { ...SETTINGS, ...postgresSettings }
      const running = await startPostgres({ dataFolder, port, durable, settings, signal })
      adminUrl = running.url
      return running
    },
    (text) => wish.report?.('postgres', text),
  )
  const proxy = await startPostgresProxy({ upstreamPort: port, random: wish.random })
  const closing = new AbortController()
  const close = async () => {
    closing.abort()
    disk.free()
    await Promise.all([part.kill(), proxy.close()])
  }
  try {
    await part.start()
    await makeDatabases(adminUrl, wish.sources)
  } catch (error) {
    await close()
    throw error
  }
  return {
    proxy,
    close,
    postgres: {
      ...part,
      urls: urlsOnPort(adminUrl, proxy.port),
      directUrls: urlsOnPort(adminUrl, port),
      adminUrl,
      terminateBackends: () => terminateBackends(adminUrl),
      lock: (locking) => holdLock(adminUrl, locking, closing.signal),
      diskObstacle: disk.obstacle,
      fillDisk: async () => disk.fill(),
      freeDisk: async () => disk.free(),
    },
  }
}

/** A log that stays small beside the data. */
const SETTINGS = { max_wal_size: '512MB' }

const terminateBackends = (adminUrl: string): Promise<number> =>
  withSql(adminUrl, DEADLINE_MS, async (sql) => {
    const rows = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`
    return rows.length
  })

type Locking = Parameters<ClusterPostgres['lock']>[0]

const holdLock = async (adminUrl: string, wish: Locking, closing: AbortSignal): Promise<Lock> => {
  const url = new URL(adminUrl)
  url.pathname = `/${wish.service}`
  const sql = postgres(url.href, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'rival', lock_timeout: LOCK_PATIENCE_MS },
  })
  const taken = Promise.withResolvers<boolean>()
  const hold = async (): Promise<void> => {
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(lockingStatement(wish))
        taken.resolve(true)
        await pause(wish.forMs, closing)
      })
    } catch (error) {
      // Whoever holds it keeps it for longer, or the server went away and the lock with it.
      if (isUnavailable(error)) taken.resolve(false)
      else taken.reject(error)
    } finally {
      void sql.end({ timeout: 1 }).catch(() => undefined)
    }
  }
  const released = hold()
  return { taken: await taken.promise, released }
}

const lockingStatement = ({ table, rows }: Locking): string =>
  rows === undefined
    ? `lock table ${table} in access exclusive mode`
    : `select 1 from (select ctid from ${table} order by random() limit ${rows}) as picked
       join ${table} as locked on locked.ctid = picked.ctid for update of locked`
