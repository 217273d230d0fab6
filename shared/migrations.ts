import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { type Connection, sessionOptions } from './connection.ts'
import { type Sql, sqlState, type Transaction } from './database.ts'

/** Where a service's migrations are, and whether this process applies them or awaits another. */
export type Migrations = { folder: string; mode: 'apply' | 'await' }

/** Any constant will do, as long as every process that migrates this database uses the same. */
const LOCK = 7_316_002

/**
 * Brings a database to the schema of this build; does nothing when it is there already, or newer.
 * Takes an advisory lock first, because Drizzle's migrator has none and two pods that start
 * together would otherwise collide. Waits for the other at most a minute. What is to be done
 * `afterwards`, in one transaction, is done under the same lock.
 */
export const migrate = async (
  connection: Connection,
  folder: string,
  afterwards?: (tx: Transaction) => Promise<void>,
): Promise<void> => {
  const client = postgres(connection.url, {
    ...sessionOptions(connection),
    max: 1,
    connect_timeout: 5,
    types: { bigint: postgres.BigInt },
    onnotice: () => {},
    connection: { application_name: 'migrations', lock_timeout: 60_000 },
  })
  try {
    await client`select pg_advisory_lock(${LOCK})`
    await applyMigrations(drizzle(client), { migrationsFolder: folder })
    if (afterwards) await client.begin(afterwards)
    await client`select pg_advisory_unlock(${LOCK})`
  } finally {
    await client.end({ timeout: 5 })
  }
}

/**
 * Throws unless every migration of this build is applied. Those of a newer build do no harm: it
 * has migrated, and this one still runs or was rolled back to.
 */
export const mustBeMigrated = async (sql: Sql, folder: string): Promise<void> => {
  const applied = await appliedAt(sql)
  const missing = readMigrationFiles({ migrationsFolder: folder }).filter(
    ({ folderMillis }) => !applied.has(BigInt(folderMillis)),
  )
  if (missing.length > 0) throw new NotMigratedError(missing.length)
}

export class NotMigratedError extends Error {
  override readonly name = 'NotMigratedError'
  constructor(count: number) {
    super(`${count} migrations of this build are not applied`)
  }
}

/** No table of migrations yet, or none that we may see: what lets us see it comes after it. */
const UNSEEN = new Set(['42P01', '3F000', '42501'])

/** Drizzle knows a migration by the time at which it was written. */
const appliedAt = async (sql: Sql): Promise<Set<bigint>> => {
  try {
    const rows = await sql<{ created_at: bigint }[]>`
      select created_at from drizzle.__drizzle_migrations`
    return new Set(rows.map(({ created_at }) => created_at))
  } catch (error) {
    if (UNSEEN.has(sqlState(error) ?? '')) return new Set()
    throw error
  }
}
