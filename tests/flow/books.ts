import { join } from 'node:path'
import { type Database, openDatabase } from '../../shared/database.ts'
import type { Outgoing } from '../../shared/kafka/record.ts'
import { migrate } from '../../shared/migrations.ts'
import { freshDatabase } from '../support/postgres.ts'

export const ROOT = join(import.meta.dir, '../..')

/** A database of its own with a service's schema in it. */
export const databaseOf = async (service: 'order' | 'billing' | 'notification') => {
  const url = await freshDatabase()
  await migrate({ url }, join(ROOT, service, 'migrations'))
  return { url, database: openDatabase({ url }, { application: 'flow tests' }) }
}

/** What the outbox holds, oldest first. */
export const outboxOf = async ({ sql }: Database): Promise<Outgoing[]> => [
  ...(await sql<Outgoing[]>`select topic, key, value from outbox order by id`),
]
