import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache.ts'
import { KAFKA_VERSION } from './kafka-jars.ts'

/** Holds the archive, once it was made. */
export const classesFolder = (): string => cacheFolder(`kafka-${KAFKA_VERSION}-classes`)

export const archiveIn = (folder: string): string => join(folder, 'kafka.jsa')

/**
 * Java reads, verifies and links some 8,000 classes whenever a broker starts. From an archive of
 * them as they are in memory that takes 40 % less; one that does not fit, of another Java or of
 * other jars, is left aside by Java itself. JEP 350.
 */
export const fromArchive = (folder = classesFolder()): string[] => {
  const archive = archiveIn(folder)
  if (!existsSync(archive)) return []
  // What Java says of an archive that does not fit is not for whoever reads a tool's output.
  return ['-Xlog:disable', '-Xlog:all=warning:stderr', `-XX:SharedArchiveFile=${archive}`]
}
