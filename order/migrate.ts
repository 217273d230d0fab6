import { join } from 'node:path'
import { runMigrateProgram } from '../shared/migrate-program.ts'
import { ORDER_GRANTS } from './grants.ts'

await runMigrateProgram({
  service: 'order',
  folder: join(import.meta.dir, 'migrations'),
  grants: ORDER_GRANTS,
})
