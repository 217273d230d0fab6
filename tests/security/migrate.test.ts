import { beforeAll, describe, expect, test } from 'bun:test'
import { BILLING_GRANTS } from '../../billing/grants.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { NOTIFICATION_GRANTS } from '../../notification/grants.ts'
import { ORDER_GRANTS } from '../../order/grants.ts'
import { passwordOf } from '../support/secured.ts'
import { until } from '../support/until.ts'
import { runProgram, startProgram } from './program.ts'
import {
  asAdministrator,
  databaseEnvironment,
  makeDatabase,
  makeRoles,
  migratedServer,
  runMigrations,
  runRoles,
  server,
} from './service-database.ts'

/** Applying migrations, waiting for them, and what comes after them. */

const DEADLINE_MS = 20_000
const START_MS = 120_000
beforeAll(async () => {
  await migratedServer()
}, START_MS)

const inDatabase = async (database: string, statement: string) =>
  asAdministrator(await server(), database, (sql) => sql.unsafe(statement))

const awaiting = async (database: string) =>
  startProgram('order/migrate.ts', await databaseEnvironment('order', 'app', database), '--await')

/** Everybody's rights in a database, as the server tells them. */
const rightsIn = (database: string) =>
  inDatabase(
    database,
    `select 'table' as kind, relname as name, relacl::text as rights from pg_class
     where relnamespace = 'public'::regnamespace and relacl is not null
     union all
     select 'column', attrelid::regclass || '.' || attname, attacl::text from pg_attribute
     where attacl is not null and attrelid::regclass::text !~ '^pg_'
     union all
     select 'schema', nspname, nspacl::text from pg_namespace where nspname !~ '^pg_|^information'
     union all
     select 'database', datname, datacl::text from pg_database where datname = current_database()
     order by kind, name`,
  )

describe('doing it again', () => {
  test('changes nobody’s rights', async () => {
    const before = await rightsIn('billing')
    expect(before.length).toBeGreaterThan(10)
    await makeRoles(await server(), 'billing')
    expect((await runMigrations('billing')).code).toBe(0)
    expect(await rightsIn('billing')).toEqual(before)
  })

  test('takes back what somebody gave too much', async () => {
    const before = await rightsIn('notification')
    await inDatabase('notification', 'grant delete, update on messages to notification_app')
    await inDatabase('notification', 'grant insert on messages to notification_auditor')
    expect(await rightsIn('notification')).not.toEqual(before)
    expect((await runMigrations('notification')).code).toBe(0)
    expect(await rightsIn('notification')).toEqual(before)
  })
})

test('who waits says so once, and goes on when somebody else has migrated', async () => {
  await makeDatabase(await server(), 'order', 'later')
  const waiting = await awaiting('later')
  const line = 'waiting for the migrations'
  await until(() => waiting.output().includes(line), { what: 'its line' })
  expect((await runMigrations('order', 'later')).code).toBe(0)
  const { code, output } = await waiting.ended
  expect(output.split(line)).toHaveLength(2)
  expect(output).toContain('the migrations of this build are applied')
  expect(code).toBe(0)
})

test('a newer schema than this build’s is no hindrance', async () => {
  await makeDatabase(await server(), 'order', 'newer')
  await runMigrations('order', 'newer')
  await inDatabase(
    'newer',
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)`,
  )
  const { ended } = await awaiting('newer')
  expect((await ended).code).toBe(0)
  expect((await runMigrations('order', 'newer')).code).toBe(0)
})

test('an administrator need not be a superuser', async () => {
  const running = await server()
  await asAdministrator(running, 'postgres', async (sql) => {
    await sql.unsafe(`create role boss login createrole createdb password '${passwordOf('boss')}'`)
    await sql.unsafe('create database managed owner boss')
  })
  const url = `postgres://boss:${passwordOf('boss')}@127.0.0.1:${running.port}/managed?sslmode=require`
  await withSql(url, DEADLINE_MS, async (sql) => {
    await runRoles(sql, 'managed')
    await runRoles(sql, 'managed')
  })
  const roles = await inDatabase('managed', "select from pg_roles where rolname ~ '^managed_'")
  expect(roles).toHaveLength(3)
})

test.each([
  ['order', ORDER_GRANTS],
  ['billing', BILLING_GRANTS],
  ['notification', NOTIFICATION_GRANTS],
] as const)('no table of %s is forgotten', async (service, grants) => {
  const tables = await inDatabase(
    service,
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  )
  const names = tables.map((row): string => row['relname'])
  expect(names.toSorted()).toEqual(Object.keys(grants).toSorted())
})

test('a role that is not there is named', async () => {
  const { code, output } = await runProgram('order/migrate.ts', {
    ...(await databaseEnvironment('order', 'migrator')),
    DATABASE_APP_ROLE: 'nobody_at_all',
  })
  expect(output).toContain('role \\"nobody_at_all\\" does not exist')
  expect(code).toBe(70)
})

test('a database has to be named', async () => {
  const { code, output } = await runProgram('order/migrate.ts', {})
  expect(output).toContain('DATABASE_URL: is missing')
  expect(code).toBe(78)
})

describe('a service that only waits does not start as', () => {
  const start = (environment: Record<string, string>) =>
    runProgram('order/main.ts', { ...environment, MIGRATIONS: 'await', PORT: '0', OPS_PORT: '0' })

  test('the owner of its tables', async () => {
    const { code, output } = await start(await databaseEnvironment('order', 'migrator'))
    expect(output).toContain('the database role order_migrator owns the table orders')
    expect(code).toBe(70)
  })

  test('a superuser', async () => {
    const url = new URL((await server()).url)
    url.pathname = '/order'
    const { code, output } = await start({
      ...(await databaseEnvironment('order', 'app')),
      DATABASE_URL: url.href,
    })
    expect(output).toContain('the database role postgres is a superuser')
    expect(code).toBe(70)
  })
})

test('each role has limits to what it may hold up', async () => {
  const roles = await inDatabase(
    'order',
    `select rolname, rolconnlimit, array_to_string(rolconfig, ' ') from pg_roles
     where rolname ~ '^order_' order by rolname`,
  )
  expect(roles.map((role) => Object.values(role))).toEqual([
    [
      'order_app',
      80,
      'search_path=public statement_timeout=5s lock_timeout=2s idle_in_transaction_session_timeout=10s',
    ],
    [
      'order_auditor',
      5,
      'search_path=public statement_timeout=60s lock_timeout=2s idle_in_transaction_session_timeout=60s default_transaction_read_only=on',
    ],
    [
      'order_migrator',
      5,
      'search_path=public lock_timeout=60s idle_in_transaction_session_timeout=60s',
    ],
  ])
})
