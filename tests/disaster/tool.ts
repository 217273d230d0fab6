import { join } from 'node:path'
import type { Addresses } from '../support/system.ts'

const ROOT = join(import.meta.dir, '../..')

const TOOLS = {
  recover: 'deploy/recovery/recover.ts',
  up: 'deploy/local/up.ts',
  down: 'deploy/local/down.ts',
  status: 'deploy/local/status.ts',
  verify: 'deploy/verify/verify.ts',
  'dead-letters': 'deploy/dead-letters/dead-letters.ts',
} as const

export type Result = { code: number; output: string; errors: string }

/** Runs an operator's tool against a system, as a process of its own, told by its environment. */
export const toolFor =
  (addresses: Addresses) =>
  (name: keyof typeof TOOLS, ...words: string[]): Promise<Result> =>
    runTool(name, words, {
      KAFKA_BROKERS: addresses.brokers,
      ORDER_DATABASE_URL: addresses.order.databaseUrl,
      BILLING_DATABASE_URL: addresses.billing.databaseUrl,
      NOTIFICATION_DATABASE_URL: addresses.notification.databaseUrl,
    })

export const runTool = async (
  name: keyof typeof TOOLS,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Result> => {
  const child = Bun.spawn([process.execPath, join(ROOT, TOOLS[name]), ...words], {
    // With CI or FORCE_COLOR set, what is looked for would be wrapped in colours.
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, output, errors }
}
