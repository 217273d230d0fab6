import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fillOnce } from './cache.ts'
import { startKafka } from './kafka.ts'
import { archiveIn, classesFolder } from './kafka-classes.ts'

/** It is written when the broker ends. */
const WRITTEN_WITHIN_MS = 60_000

/**
 * Makes the archive of the broker's classes, once per user, by a broker that does nothing else:
 * 10 s that pay for whoever starts many of them. Throws when there is no archive after that.
 */
export const learnKafka = (folder = classesFolder()): Promise<void> =>
  fillOnce(folder, async (temporary) => {
    const archive = archiveIn(temporary)
    const dataFolder = join(temporary, 'data')
    const java = [`-XX:ArchiveClassesAtExit=${archive}`]
    const broker = await startKafka({ dataFolder, java })
    await broker.child.stop('SIGTERM', WRITTEN_WITHIN_MS)
    if (!existsSync(archive)) throw new Error('Java wrote no archive of the classes of the broker')
    await rm(dataFolder, { recursive: true })
  })

if (import.meta.main) await learnKafka()
