import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommandLine } from '../../../deploy/run-command.ts'

const ROOT = join(import.meta.dir, '../../..')

/**
 * Bundles billing into a folder as deploy/Dockerfile does, beside its migrations. Answers the file
 * to run. From its sources it would hold some 9 MB more; Kafka Streams runs from jars, too.
 */
export const bundleBilling = async (folder: string): Promise<string> => {
  const words = ['build', '--target', 'bun', '--outdir', folder, 'billing/main.ts']
  await runCommandLine([process.execPath, ...words], { folder: ROOT })
  await cp(join(ROOT, 'billing/migrations'), join(folder, 'migrations'), { recursive: true })
  return join(folder, 'main.js')
}
