import type * as v from 'valibot'
import { untilAvailable } from './available.ts'
import { configOrExit } from './config.ts'
import { isUnavailable, openDatabase } from './database.ts'
import { applyGrants, type Grants } from './grants.ts'
import { openLog } from './log.ts'
import { migrateConfig } from './migrate-config.ts'
import { migrate, mustBeMigrated, NotMigratedError } from './migrations.ts'

export type MigrateProgram = { service: string; folder: string; grants: Grants }

/** For a database that starts together with us; below the deadline that a Job has by default. */
const DATABASE_DEADLINE_MS = 180_000
/** Another process waits so long for its database, and its migration takes its time. */
const MIGRATIONS_DEADLINE_MS = 600_000
const SOFTWARE_ERROR = 70

/**
 * Applies the migrations as the owner of the tables, then gives the others their rights; with
 * `--await`, as anybody, only waits until another process has done so. Ends with 0, with 78 for
 * an unusable environment, with 70 when it failed or waited in vain.
 */
export const runMigrateProgram = async (program: MigrateProgram): Promise<never> => {
  const config = configOrExit(migrateConfig)
  const log = openLog(`${program.service}-migrate`, config.LOG_LEVEL)
  const isAwaiting = process.argv.includes('--await')
  const wait = isAwaiting ? migrated(program, config) : migration(program, config)
  try {
    const deadlineMs = isAwaiting ? MIGRATIONS_DEADLINE_MS : DATABASE_DEADLINE_MS
    await untilAvailable({ ...wait, isTransient, log }, AbortSignal.timeout(deadlineMs))
    log.info(isAwaiting ? 'the migrations of this build are applied' : 'migrated')
    process.exit(0)
  } catch (error) {
    log.fatal({ error }, isAwaiting ? 'waited in vain' : 'the database could not be migrated')
    process.exit(SOFTWARE_ERROR)
  }
}

type Config = v.InferOutput<typeof migrateConfig>
type Wait = { what: string; attempt: () => Promise<void> }

const migration = ({ folder, grants }: MigrateProgram, config: Config): Wait => ({
  what: 'the database',
  attempt: () =>
    migrate(config.database, folder, (tx) =>
      applyGrants(tx, grants, {
        app: config.DATABASE_APP_ROLE,
        auditor: config.DATABASE_AUDITOR_ROLE,
      }),
    ),
})

const migrated = ({ service, folder }: MigrateProgram, { database }: Config): Wait => ({
  what: 'the migrations',
  attempt: async () => {
    const { sql, close } = openDatabase(database, {
      application: `${service}-migrate`,
      connections: 1,
    })
    try {
      await mustBeMigrated(sql, folder)
    } finally {
      await close()
    }
  },
})

const isTransient = (error: unknown): boolean =>
  error instanceof NotMigratedError || isUnavailable(error)
