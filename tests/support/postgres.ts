import { join } from 'node:path'
import type { Certificate } from '../../deploy/certificates.ts'
import { type RunningPostgres, startPostgres } from '../../deploy/local/postgres.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { once } from './once.ts'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * The url of a superuser on the Postgres that all tests share: the one in TEST_POSTGRES_URL,
 * else one that is started for this process.
 */
export const databaseUrl = async (): Promise<string> =>
  process.env['TEST_POSTGRES_URL'] || (await ownPostgres()).url

/** The url of an empty database that nobody else uses. It goes with its server. */
export const freshDatabase = async (): Promise<string> => {
  const url = new URL(await databaseUrl())
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await withSql(url.href, DEADLINE_MS, (sql) => sql.unsafe(`create database ${name}`))
  url.pathname = `/${name}`
  return url.href
}

const DEADLINE_MS = 20_000

/** A Postgres that a test may kill, freeze and start again on the same port and data. */
export type PrivatePostgres = RunningPostgres & {
  /** After `stop` or `kill`. */
  startAgain: () => Promise<PrivatePostgres>
  /** Ends it and removes its data. */
  dispose: () => Promise<void>
}

export const privatePostgres = async (
  settings: Record<string, string> = {},
  certificate?: Certificate,
): Promise<PrivatePostgres> => {
  const folder = await temporaryFolder()
  const dataFolder = join(folder.path, 'postgres')
  const start = async (port?: number): Promise<PrivatePostgres> => {
    const running = await startPostgres({
      dataFolder,
      settings,
      ...(certificate && { certificate }),
      ...(port && { port }),
      durable: false,
    })
    return {
      ...running,
      startAgain: () => start(running.port),
      async dispose() {
        await running.kill()
        await folder.remove()
      },
    }
  }
  return start()
}

const ownPostgres = once(() => privatePostgres())
