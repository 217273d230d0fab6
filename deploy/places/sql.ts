import postgres from 'postgres'
import { type Connection, sessionOptions } from '../../shared/connection.ts'
import type { Sql } from '../../shared/database.ts'
import { type Places, SERVICES, type ServiceName } from './places.ts'

export type Databases = Record<ServiceName, Sql>

/** Who only looks is kept from writing by the server. */
export type Purpose = 'verify' | 'recover'

/** A few sessions in each database, for as long as something runs. */
export const withDatabases = async <T>(
  { databases }: Places,
  purpose: Purpose,
  run: (databases: Databases) => Promise<T>,
): Promise<T> => {
  const open = (name: ServiceName) => openSql(databases[name], purpose)
  const opened = {
    order: open('order'),
    billing: open('billing'),
    notification: open('notification'),
  }
  try {
    return await run(opened)
  } finally {
    await Promise.allSettled(SERVICES.map((name) => opened[name].end({ timeout: 1 })))
  }
}

const openSql = (connection: Connection, purpose: Purpose): Sql =>
  postgres(connection.url, {
    ...sessionOptions(connection),
    max: 2,
    connect_timeout: 10,
    types: { bigint: postgres.BigInt },
    onnotice: () => {},
    connection: {
      application_name: purpose,
      ...(purpose === 'verify' && {
        default_transaction_read_only: true,
        statement_timeout: 60_000,
      }),
    },
  })
