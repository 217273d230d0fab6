import { join } from 'node:path'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Step } from '../local/steps.ts'
import type { Recovery } from './running.ts'

const MIGRATIONS = join(import.meta.dir, '../../billing/migrations')
const CACHE = ['balances', 'journal', 'checkpoints'] as const

/** Billing's copies of the topics go; it reads them again before it decides anything. */
export const cacheLostSteps = ({ databases }: Recovery): Step[] => [
  {
    title: 'Make the tables that are gone',
    run: () =>
      databases.billing.begin(async (tx) => {
        const gone = await tx<{ name: string }[]>`
          select name from unnest(${[...CACHE]}::text[]) as cache (name)
          where to_regclass(name) is null`
        for (const { name } of gone) {
          for (const statement of statementsOf(name)) await tx.unsafe(statement)
        }
        return gone.length === 0 ? 'none is' : gone.map(({ name }) => name).join(', ')
      }),
  },
  {
    title: 'Empty balances, journal and checkpoints',
    run: async () => {
      await databases.billing`truncate balances, journal, checkpoints`
      return 'billing reads them from the topics when it starts'
    },
  },
]

/** All that migrations ever said of a table. */
const statementsOf = (table: string): string[] =>
  readMigrationFiles({ migrationsFolder: MIGRATIONS })
    .flatMap(({ sql }) => sql)
    .filter((statement) => new RegExp(`\\b(table|on) "${table}"`, 'i').test(statement))
