import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'
import { type Batch, TOPIC_NAMES } from './dump.ts'
import { openLines } from './json-lines.ts'
import { runKafkaTool } from './kafka-tool.ts'
import { DUMP_GROUPS } from './topic-dump.ts'

const DEADLINE_MS = 120_000
/** Files for one process; a run with tiny segments has more than a command line can name. */
const FILES_MAX = 500

/** What of the broker's data folder holds segments: its tools and its brokers differ in opinion. */
const logFolderOf = (dataFolder: string): string =>
  existsSync(join(dataFolder, 'log')) ? join(dataFolder, 'log') : dataFolder

/**
 * Writes every batch on the broker's disk: who wrote it, in which epoch, inside of a transaction or
 * not, and how transactions ended. This is what no consumer can see, by `DumpLogSegments`.
 */
export const dumpSegments = async (dataFolder: string, file: string): Promise<void> => {
  const folder = logFolderOf(dataFolder)
  const of = (pattern: string) => [...new Glob(pattern).scanSync(folder)].toSorted()
  const out = openLines(file)
  try {
    for (const files of chunks(TOPIC_NAMES.flatMap((topic) => of(`${topic}-*/*.log`)))) {
      await dumpFiles(folder, files, [], out.write)
    }
    for (const files of chunks(of('__consumer_offsets-*/*.log'))) {
      await dumpFiles(folder, files, ['--offsets-decoder'], (batch) => {
        if (batch.control || batch.commits) out.write(batch)
      })
    }
  } finally {
    out.close()
  }
}

const chunks = (files: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(files.length / FILES_MAX) }, (_, index) =>
    files.slice(index * FILES_MAX, (index + 1) * FILES_MAX),
  )

const dumpFiles = async (
  folder: string,
  files: readonly string[],
  words: readonly string[],
  take: (batch: Batch) => void,
): Promise<void> => {
  const parser = segmentParser(take)
  await runKafkaTool({
    main: 'kafka.tools.DumpLogSegments',
    words: ['--deep-iteration', ...words, '--files', files.join(',')],
    folder,
    onLine: parser.line,
    deadlineMs: DEADLINE_MS,
  })
  parser.end()
}

/** Makes batches of the lines that `DumpLogSegments --deep-iteration` prints. */
export const segmentParser = (take: (batch: Batch) => void) => {
  let place = { topic: '', partition: 0 }
  let batch: Batch | undefined
  const end = (): void => {
    if (batch !== undefined) take(batch)
    batch = undefined
  }
  const line = (text: string): void => {
    const file = FILE.exec(text)
    const start = BATCH.exec(text)
    if (file !== null) {
      end()
      place = { topic: file[1] ?? '', partition: Number(file[2]) }
    } else if (start !== null) {
      end()
      batch = batchOf(place, start)
    } else if (text.startsWith('| ') && batch !== undefined) {
      batch = withRecord(batch, text)
    }
  }
  return { line, end }
}

const FILE = /^Dumping (?:.*\/)?([^/]+)-(\d+)\/\d+\.log$/
const BATCH =
  /^baseOffset: (\d+) lastOffset: (\d+) count: (\d+) .*producerId: (-?\d+) producerEpoch: (-?\d+) .*isTransactional: (true|false) /
const MARKER = / endTxnMarker: (COMMIT|ABORT) /
const COMMIT = / key: (\{"type":"[01]",.*\}) payload: (\{.*\})$/

const batchOf = (place: { topic: string; partition: number }, found: RegExpExecArray): Batch => ({
  ...place,
  baseOffset: Number(found[1]),
  lastOffset: Number(found[2]),
  count: Number(found[3]),
  producerId: Number(found[4]),
  producerEpoch: Number(found[5]),
  isTransactional: found[6] === 'true',
})

const withRecord = (batch: Batch, text: string): Batch => {
  const marker = MARKER.exec(text)?.[1]
  if (marker === 'COMMIT' || marker === 'ABORT') return { ...batch, control: marker }
  const commit = COMMIT.exec(text)
  if (commit === null) return batch
  const { group, topic, partition } = JSON.parse(commit[1] ?? '').data
  const { offset } = JSON.parse(commit[2] ?? '').data
  if (String(group).startsWith(DUMP_GROUPS)) return batch
  return { ...batch, commits: [...(batch.commits ?? []), { group, topic, partition, offset }] }
}
