import type { Folder } from './folder.ts'
import { startPostgres } from './postgres.ts'
import { becomesReady } from './ready.ts'
import { postgresAnswers } from './sql.ts'
import { type Unit, unit } from './unit.ts'

export type ServerOptions = {
  folder: Folder
  /** The url of somebody who may create databases on a Postgres that is not ours. */
  given: string | undefined
  /** For our own. */
  port: number
  durable: boolean
  settings: Record<string, string>
  report: (text: string) => void
  signal: AbortSignal
}

export type DatabaseServer = {
  adminUrl: string
  /** `host:port` */
  address: string
  description: string
  /** None when it was given. */
  unit: Unit | undefined
}

const GIVEN_DEADLINE_MS = 15_000

/** Uses the Postgres that was given, or starts our own. */
export const openServer = async (options: ServerOptions): Promise<DatabaseServer> => {
  const { folder, given, port, durable, settings, signal, report } = options
  if (given !== undefined) {
    await mustAnswer(given, signal)
    const { host } = new URL(given)
    return { adminUrl: given, address: host, description: host, unit: undefined }
  }
  let adminUrl = ''
  const process = unit(
    'postgres',
    async (starting) => {
      const dataFolder = folder.postgres
      const running = await startPostgres({ dataFolder, port, durable, settings, signal: starting })
      adminUrl = running.url
      return running
    },
    report,
  )
  await process.start(signal)
  const address = `127.0.0.1:${port}`
  return { adminUrl, address, description: `on ${address}`, unit: process }
}

const mustAnswer = async (url: string, signal: AbortSignal): Promise<void> => {
  const problem = await becomesReady({
    check: () => postgresAnswers(url),
    deadlineMs: GIVEN_DEADLINE_MS,
    signal,
  })
  if (problem !== undefined) throw new Error(`the Postgres given in DATABASE_URL ${problem}`)
}
