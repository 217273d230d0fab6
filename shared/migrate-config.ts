import * as v from 'valibot'
import { optionalVariable } from './config.ts'
import { databaseConfig } from './database-config.ts'
import { logLevel } from './service-config.ts'

const roleName = v.pipe(v.string(), v.nonEmpty('is empty'))

/** What the program that migrates a service's database reads from its environment. */
export const migrateConfig = v.intersect([
  databaseConfig(undefined, 'The service’s database, as the role that owns its tables'),
  v.object({
    DATABASE_APP_ROLE: optionalVariable(roleName, 'Whom to give the rights of the service'),
    DATABASE_AUDITOR_ROLE: optionalVariable(roleName, 'Whom to let look at its tables'),
    LOG_LEVEL: logLevel,
  }),
])
