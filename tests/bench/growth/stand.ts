import { serviceUrl } from '../../../deploy/local/databases.ts'
import { layout, makeFolders } from '../../../deploy/local/folder.ts'
import { writeOrigin } from '../../../deploy/local/origin.ts'
import { planPorts } from '../../../deploy/local/port-plan.ts'
import { startPostgres } from '../../../deploy/local/postgres.ts'
import { withSql } from '../../../deploy/local/sql.ts'
import { type System, startSystem } from '../../../deploy/local/system.ts'
import { assert } from '../../../shared/assert.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { openAccounts } from '../accounts.ts'
import { type Contract, openContract } from '../contract.ts'
import { type Accepted, openOrders } from '../orders.ts'
import { drain } from '../outcomes.ts'
import { step } from '../step.ts'
import { type DatabaseUrls, fill } from './fill.ts'
import type { Size } from './sizes.ts'

const DEADLINE_MS = 600_000

/** A system that rests on disk, with as much in it as its size says. */
export type Stand = {
  size: Size
  /** All of it: broker, Postgres, services. */
  start: () => Promise<System>
  /** Of all rounds. */
  accepted: Accepted[]
  /** What its databases take on disk, in GB (10^9 bytes), before the first round. */
  gigabytes: number
  remove: () => Promise<void>
}

/** Room to fill in; what is measured later has Postgres' own settings. */
const WHILE_FILLED = {
  shared_buffers: '1GB',
  max_wal_size: '2GB',
  maintenance_work_mem: '256MB',
  synchronous_commit: 'off',
  full_page_writes: 'off',
}

/** Makes a system and fills it. One real order goes first: from then on its log is not empty. */
export const openStand = async (size: Size): Promise<Stand> => {
  const folder = await temporaryFolder()
  const start = async (): Promise<System> =>
    startSystem({
      folder: folder.path,
      ports: await planPorts({ gateway: undefined, free: true }),
      partitions: size.partitions,
    })
  try {
    const { origin, postgres } = layout(folder.path)
    await makeFolders(layout(folder.path))
    // Not in a container: its processes would not be seen.
    writeOrigin(origin, { broker: 'kafka', database: 'embedded' })
    await step('  a new system', async () => decideFirst(await start()))
    const gigabytes = await step('  filled', () => fillServer(postgres, size))
    return { size, start, accepted: [], gigabytes, remove: folder.remove }
  } catch (error) {
    await folder.remove()
    throw error
  }
}

export const contractOf = ({ services }: System): Contract =>
  openContract({
    order: services.order.url,
    billing: services.billing.url,
    notification: services.notification.url,
  })

export const urlsOf = (adminUrl: string): DatabaseUrls => ({
  order: serviceUrl(adminUrl, 'order'),
  billing: serviceUrl(adminUrl, 'billing'),
  notification: serviceUrl(adminUrl, 'notification'),
})

const decideFirst = async (system: System): Promise<void> => {
  try {
    const contract = contractOf(system)
    const orders = openOrders(contract, await openAccounts(contract, 'first', 1))
    await orders.place()
    const told = await drain(contract, orders.accepted, DEADLINE_MS)
    assert(orders.accepted.length === 1 && told !== undefined, 'the first order was not decided')
  } finally {
    await system.stop()
  }
}

const fillServer = async (dataFolder: string, size: Size): Promise<number> => {
  const server = await startPostgres({ dataFolder, settings: WHILE_FILLED })
  try {
    await fill(urlsOf(server.url), size)
    return await withSql(server.url, DEADLINE_MS, async (sql) => {
      // What is not written back by now would be while something is measured.
      await sql`checkpoint`
      const [row] = await sql<[{ bytes: string }]>`
        select sum(pg_database_size(oid)) as bytes from pg_database`
      return Number(row.bytes) / 1e9
    })
  } finally {
    await server.stop()
  }
}
