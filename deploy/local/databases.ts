import type postgres from 'postgres'
import { assert } from '../../shared/assert.ts'
import { sqlState } from '../../shared/database.ts'
import { withSql } from './sql.ts'

const DEADLINE_MS = 20_000
/** Any constant will do, as long as all who do this use the same. */
const LOCK = 7_316_001

/**
 * Makes sure that a service has a database and a role of its own, both with its name, which is
 * also the password: for use on one machine. What exists already is left as it is. Returns the
 * service's url. The admin url needs the right to create both.
 */
export const ensureDatabase = async (adminUrl: string, name: string): Promise<string> => {
  // The name goes into statements that take no parameters.
  assert(/^[a-z][a-z0-9_]*$/.test(name), `${name} is no plain database name`)
  await withSql(adminUrl, DEADLINE_MS, async (sql) => {
    // Two that start at once would disturb each other; the lock goes with the connection.
    await sql`select pg_advisory_lock(${LOCK})`
    await unlessPresent(sql, `create role "${name}" login password '${name}'`)
    // Who is no superuser may only give a database to a role that he is a member of.
    await unlessPresent(sql, `grant "${name}" to current_user`)
    await unlessPresent(sql, `create database "${name}" owner "${name}"`)
    await sql.unsafe(`revoke connect, temporary on database "${name}" from public`)
  })
  return serviceUrl(adminUrl, name)
}

/** The same server and options, another user and database. */
export const serviceUrl = (adminUrl: string, name: string): string => {
  const url = new URL(adminUrl)
  url.username = name
  url.password = name
  url.pathname = `/${name}`
  return url.href
}

/** Duplicate object, duplicate database. */
const PRESENT = new Set(['42710', '42P04'])

const unlessPresent = async (sql: postgres.Sql, statement: string): Promise<void> => {
  try {
    await sql.unsafe(statement)
  } catch (error) {
    if (!PRESENT.has(sqlState(error) ?? '')) throw error
  }
}
