import { join } from 'node:path'
import { runMigrateProgram } from '../shared/migrate-program.ts'
import { NOTIFICATION_GRANTS } from './grants.ts'

await runMigrateProgram({
  service: 'notification',
  folder: join(import.meta.dir, 'migrations'),
  grants: NOTIFICATION_GRANTS,
})
