import { join } from 'node:path'
import postgres from 'postgres'
import type { ServiceName } from '../../deploy/local/services.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { once } from '../support/once.ts'
import type { PrivatePostgres } from '../support/postgres.ts'
import { authority, passwordOf, securedPostgres } from '../support/secured.ts'
import { type Ended, runProgram } from './program.ts'
import { authorityFile } from './provisioned.ts'

export type Role = 'migrator' | 'app' | 'auditor'

const DEADLINE_MS = 30_000
const ROLES = Bun.file(join(import.meta.dir, '../../deploy/database/roles.sql'))

/** The secured Postgres of these tests; each service has its database and its roles there. */
export const server = once(async () => {
  const running = await securedPostgres()
  for (const service of ['order', 'billing', 'notification'] as const) {
    await makeDatabase(running, service, service)
  }
  return running
})

/** What an administrator does before a service is installed. */
export const makeDatabase = async (
  running: PrivatePostgres,
  service: ServiceName,
  database: string,
): Promise<void> => {
  await asAdministrator(running, 'postgres', (sql) => sql.unsafe(`create database "${database}"`))
  await makeRoles(running, service, database)
}

export const asAdministrator = async <T>(
  { url }: PrivatePostgres,
  database: string,
  run: (sql: postgres.Sql) => Promise<T>,
): Promise<T> => {
  const at = new URL(url)
  at.pathname = `/${database}`
  at.searchParams.set('sslmode', 'require')
  return withSql(at.href, DEADLINE_MS, run)
}

export const makeRoles = async (
  running: PrivatePostgres,
  service: ServiceName,
  database: string = service,
): Promise<void> => asAdministrator(running, database, (sql) => runRoles(sql, service))

/** Runs roles.sql as the charts do, with its inputs as settings of the session. */
export const runRoles = async (sql: postgres.Sql, service: string): Promise<void> => {
  const inputs = {
    service,
    migrator_password: passwordOf(`${service}_migrator`),
    app_password: passwordOf(`${service}_app`),
    auditor_password: passwordOf(`${service}_auditor`),
  }
  for (const [name, value] of Object.entries(inputs)) {
    await sql`select set_config(${`roles.${name}`}, ${value}, false)`
  }
  await sql.unsafe(await ROLES.text())
}

const urlOf = (
  { port }: PrivatePostgres,
  service: ServiceName,
  role: Role,
  database: string,
): string =>
  `postgres://${service}_${role}:${passwordOf(`${service}_${role}`)}@127.0.0.1:${port}/${database}`

/** One session as a role, over TLS; in its own service's database, if no other is named. */
export const openAs = async (
  service: ServiceName,
  role: Role,
  database: string = service,
): Promise<postgres.Sql> =>
  postgres(urlOf(await server(), service, role, database), {
    ssl: { ca: (await authority()).certificate },
    max: 1,
    onnotice: () => {},
  })

/** The part of a process' environment that lets it into a database. */
export const databaseEnvironment = async (
  service: ServiceName,
  role: Role,
  database: string = service,
) => ({
  DATABASE_URL: urlOf(await server(), service, role, database),
  DATABASE_TLS: 'verify',
  DATABASE_CA_FILE: await authorityFile(),
})

/** The migration Job. */
export const runMigrations = async (
  service: ServiceName,
  database: string = service,
): Promise<Ended> =>
  runProgram(`${service}/migrate.ts`, {
    ...(await databaseEnvironment(service, 'migrator', database)),
    DATABASE_APP_ROLE: `${service}_app`,
    DATABASE_AUDITOR_ROLE: `${service}_auditor`,
  })

/** The databases as a deployment has them before its first pod. */
export const migratedServer = once(async () => {
  for (const service of ['order', 'billing', 'notification'] as const) {
    const { code, output } = await runMigrations(service)
    if (code !== 0) throw new Error(`the migrations of ${service} failed:\n${output}`)
  }
  return server()
})
