import { join } from 'node:path'
import { spawnChild } from '../../../deploy/local/child.ts'
import { CLAIM } from '../../../deploy/local/claim.ts'
import { streamsClassPath } from '../streams/jar.ts'
import type { Site } from './site.ts'
import type { Subject } from './subject.ts'

const STOP_DEADLINE_MS = 20_000

/** What Streams calls the topic that its table of balances can be restored from. */
export const CHANGELOG = 'streams-ledger-balances-changelog'

/** Words for Java, and what else of the environment makes it small: see the README beside the jar. */
const JAVA = ['-Xmx256m', '-XX:+UseSerialGC']
const MALLOC_ARENAS = '2'

/** The Kafka Streams ledger, with a state directory of its own that is empty. */
export const startStreams = async (site: Site, commitIntervalMs: number): Promise<Subject> => {
  const logFile = join(site.folder, 'streams.log')
  const child = spawnChild({
    command: ['java', ...JAVA, '-cp', await streamsClassPath(), 'ledger.Main'],
    folder: site.folder,
    logFile,
    claimFile: join(site.folder, `streams${CLAIM}`),
    environment: {
      ...process.env,
      MALLOC_ARENA_MAX: MALLOC_ARENAS,
      KAFKA_BROKERS: site.connect.brokers.join(','),
      STATE_DIR: join(site.folder, 'streams-state'),
      COMMIT_INTERVAL_MS: String(commitIntervalMs),
    },
  })
  site.endWithIt(child)
  return { child, logFile, stop: () => child.stop('SIGTERM', STOP_DEADLINE_MS) }
}
