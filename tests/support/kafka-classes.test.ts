import { afterEach, beforeEach, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startKafka } from '../../deploy/local/kafka.ts'
import { archiveIn, fromArchive } from '../../deploy/local/kafka-classes.ts'
import { learnKafka } from '../../deploy/local/learn-kafka.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

const TIME_MS = 120_000

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** Starts a broker with these words for Java, and answers what its memory is mapped from. */
const mapsOfBroker = async (java: string[]): Promise<string> => {
  const broker = await startKafka({ dataFolder: join(folder.path, 'data'), java })
  try {
    return await readFile(`/proc/${broker.pid}/maps`, 'utf8')
  } finally {
    await broker.kill()
  }
}

test('there is nothing to start from before anything was learned', () => {
  expect(fromArchive(join(folder.path, 'classes'))).toEqual([])
})

test.if(process.platform === 'linux')(
  'a broker starts from the archive that was made for it',
  async () => {
    const classes = join(folder.path, 'classes')
    await learnKafka(classes)
    expect(await mapsOfBroker(fromArchive(classes))).toContain(archiveIn(classes))

    const elsewhere = ['java', ...fromArchive(classes), '-cp', folder.path, '-version']
    const child = Bun.spawn(elsewhere, { stdout: 'pipe', stderr: 'pipe' })
    const [output, errors] = await Promise.all([child.stdout.text(), child.stderr.text()])
    expect(await child.exited).toBe(0)
    expect(output).toBe('')
    expect(errors).toContain('Unable to use shared archive')
  },
  TIME_MS,
)

test.if(process.platform === 'linux')(
  'a broker starts without an archive that is none',
  async () => {
    await writeFile(archiveIn(folder.path), 'no archive')
    expect(await mapsOfBroker(fromArchive(folder.path))).not.toContain(archiveIn(folder.path))
  },
  TIME_MS,
)
