import { join } from 'node:path'
import { ensureDatabase } from '../../../deploy/local/databases.ts'
import { startKafka } from '../../../deploy/local/kafka.ts'
import { startPostgres } from '../../../deploy/local/postgres.ts'
import { ensureTopics } from '../../../deploy/topics.ts'
import type { Connect } from '../../../shared/kafka/client.ts'
import { openLog } from '../../../shared/log.ts'
import { migrate } from '../../../shared/migrations.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Where one subject is measured once: a broker and a database that nobody used before. */
export type Site = {
  folder: string
  connect: Connect
  partitions: number
  /** Of billing's database, with its tables. */
  databaseUrl: string
  close: () => Promise<void>
}

const ROOT = join(import.meta.dir, '../../..')

/** A new broker and a new Postgres for each, so that no round finds what an earlier one left. */
export const openSite = async (partitions: number): Promise<Site> => {
  const folder = await temporaryFolder()
  try {
    const [broker, server] = await Promise.all([
      startKafka({ dataFolder: join(folder.path, 'kafka') }),
      startPostgres({ dataFolder: join(folder.path, 'postgres') }),
    ])
    const connect = {
      clientId: 'bench',
      brokers: [broker.brokers],
      log: openLog('bench', 'error'),
    }
    await ensureTopics({ brokers: connect.brokers, partitions, replicationFactor: 1 })
    const databaseUrl = await ensureDatabase(server.url, 'billing')
    await migrate({ url: databaseUrl }, join(ROOT, 'billing/migrations'))
    return {
      folder: folder.path,
      connect,
      partitions,
      databaseUrl,
      async close() {
        await Promise.all([broker.kill(), server.kill()])
        await folder.remove()
      },
    }
  } catch (error) {
    await folder.remove()
    throw error
  }
}
