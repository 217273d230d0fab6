import { join } from 'node:path'
import { runMigrateProgram } from '../shared/migrate-program.ts'
import { BILLING_GRANTS } from './grants.ts'

await runMigrateProgram({
  service: 'billing',
  folder: join(import.meta.dir, 'migrations'),
  grants: BILLING_GRANTS,
})
