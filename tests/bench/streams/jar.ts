import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { Glob } from 'bun'
import { cacheFolder, fillOnce } from '../../../deploy/local/cache.ts'
import { runMaven } from '../../../deploy/local/maven.ts'

const PROJECT = import.meta.dir
const SOURCES = ['pom.xml', 'src']

/** Builds the Streams ledger unless these very sources were built before. Answers its class path. */
export const streamsClassPath = async (): Promise<string> => {
  const folder = cacheFolder(`streams-ledger-${await hashOfSources()}`)
  await fillOnce(folder, async (temporary) => {
    for (const name of SOURCES) {
      await cp(join(PROJECT, name), join(temporary, name), { recursive: true })
    }
    await runMaven({ folder: temporary, words: ['package'], what: 'build the Streams ledger' })
  })
  return join(folder, 'target', '*')
}

/** The version of Kafka Streams, as the pom.xml has it. */
export const streamsVersion = async (): Promise<string> => {
  const pom = await Bun.file(join(PROJECT, 'pom.xml')).text()
  return /kafka-streams<\/artifactId>\s*<version>([^<]+)/.exec(pom)?.[1] ?? 'unknown'
}

/** Names what the jar is built from: other bytes or other names, another hash. */
export const hashOfSources = async (project = PROJECT): Promise<string> => {
  const hash = new Bun.CryptoHasher('sha256')
  const sources = [...new Glob('src/**/*').scanSync(project)].toSorted()
  for (const file of ['pom.xml', ...sources]) {
    hash.update(`${file}\n`).update(await Bun.file(join(project, file)).bytes())
  }
  return hash.digest('hex').slice(0, 16)
}
