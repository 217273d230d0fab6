import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { type Connection, sessionOptions } from './connection.ts'

/** Where a service's migrations are, and whether this process applies them or awaits another. */
export type Migrations = { folder: string; mode: 'apply' | 'await' }

/** Any constant will do, as long as every process that migrates this database uses the same. */
const LOCK = 7_316_002

/**
 * Brings a database to the schema of this build; does nothing when it is there already.
 * Takes an advisory lock first, because Drizzle's migrator has none and two pods that start
 * together would otherwise collide. Waits for the other at most a minute.
 */
export const migrate = async (connection: Connection, folder: string): Promise<void> => {
  const client = postgres(connection.url, {
    ...sessionOptions(connection),
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'migrations', lock_timeout: 60_000 },
  })
  try {
    await client`select pg_advisory_lock(${LOCK})`
    await applyMigrations(drizzle(client), { migrationsFolder: folder })
    await client`select pg_advisory_unlock(${LOCK})`
  } finally {
    await client.end({ timeout: 5 })
  }
}
