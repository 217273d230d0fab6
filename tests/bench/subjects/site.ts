import { join } from 'node:path'
import type { Child } from '../../../deploy/local/child.ts'
import { ensureDatabase } from '../../../deploy/local/databases.ts'
import { startKafka } from '../../../deploy/local/kafka.ts'
import { startPostgres } from '../../../deploy/local/postgres.ts'
import { ensureTopics } from '../../../deploy/topics.ts'
import type { Connect } from '../../../shared/kafka/client.ts'
import { openLog } from '../../../shared/log.ts'
import { migrate } from '../../../shared/migrations.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { bundleBilling } from './bundle.ts'

/** Where one subject is measured once: a broker and a database that nobody used before. */
export type Site = {
  folder: string
  connect: Connect
  partitions: number
  /** Of billing's database, with its tables. */
  databaseUrl: string
  /** The program of billing. */
  billing: string
  /** Has a process end with the site, however the round ends. */
  endWithIt: (child: Child) => void
  close: () => Promise<void>
}

const ROOT = join(import.meta.dir, '../../..')

/** Machines that measure are busy; a start that takes longer than this is stuck. */
const START_DEADLINE_MS = 240_000

/** A new broker and a new Postgres for each, so that no round finds what an earlier one left. */
export const openSite = async (partitions: number): Promise<Site> => {
  const folder = await temporaryFolder()
  const closing = [folder.remove]
  const close = async (): Promise<void> => {
    for (const end of closing.toReversed()) await end()
  }
  try {
    const readyDeadlineMs = START_DEADLINE_MS
    const broker = await startKafka({ dataFolder: join(folder.path, 'kafka'), readyDeadlineMs })
    closing.push(broker.kill)
    const server = await startPostgres({
      dataFolder: join(folder.path, 'postgres'),
      readyDeadlineMs,
    })
    closing.push(server.kill)
    const connect = {
      clientId: 'bench',
      brokers: [broker.brokers],
      log: openLog('bench', 'error'),
    }
    await ensureTopics({ brokers: connect.brokers, partitions, replicationFactor: 1 })
    const databaseUrl = await ensureDatabase(server.url, 'billing')
    await migrate({ url: databaseUrl }, join(ROOT, 'billing/migrations'))
    const billing = await bundleBilling(join(folder.path, 'billing'))
    const endWithIt = ({ kill }: Child) => void closing.push(kill)
    return { folder: folder.path, connect, partitions, databaseUrl, billing, endWithIt, close }
  } catch (error) {
    await close()
    throw error
  }
}
