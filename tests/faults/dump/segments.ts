import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'
import { TOPIC_NAMES } from './dump.ts'
import { openLines } from './json-lines.ts'
import { runKafkaTool } from './kafka-tool.ts'
import { segmentParser, transactionParser } from './segment-lines.ts'

const STALLED_MS = 120_000
/** Files for one process; a run with tiny segments has more than a command line can name. */
const FILES_MAX = 500

/** What of the broker's data folder holds segments: its tools and its brokers differ in opinion. */
const logFolderOf = (dataFolder: string): string =>
  existsSync(join(dataFolder, 'log')) ? join(dataFolder, 'log') : dataFolder

/**
 * Writes what no consumer can see, by `DumpLogSegments`: of every batch on the broker's disk who
 * wrote it, in which epoch, inside of a transaction or not, and how that ended; and what the
 * coordinator of transactions noted.
 */
export const dumpSegments = async (dataFolder: string, folder: string): Promise<void> => {
  const logs = logFolderOf(dataFolder)
  const of = (...patterns: string[]) =>
    chunks(patterns.flatMap((pattern) => [...new Glob(pattern).scanSync(logs)].toSorted()))
  const batches = openLines(join(folder, 'batches.jsonl'))
  const parser = segmentParser(batches.write)
  for (const files of of(...TOPIC_NAMES.map((topic) => `${topic}-*/*.log`))) {
    await dumpFiles(logs, files, [], parser.line)
  }
  parser.end()
  const commits = segmentParser((batch) => {
    if (batch.control || batch.commits) batches.write(batch)
  })
  for (const files of of('__consumer_offsets-*/*.log')) {
    await dumpFiles(logs, files, ['--offsets-decoder'], commits.line)
  }
  commits.end()
  batches.close()
  const notes = openLines(join(folder, 'transactions.jsonl'))
  const transactions = transactionParser(notes.write)
  for (const files of of('__transaction_state-*/*.log')) {
    await dumpFiles(logs, files, ['--transaction-log-decoder'], transactions.line)
  }
  transactions.end()
  notes.close()
}

const chunks = (files: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(files.length / FILES_MAX) }, (_, index) =>
    files.slice(index * FILES_MAX, (index + 1) * FILES_MAX),
  )

const dumpFiles = async (
  folder: string,
  files: readonly string[],
  words: readonly string[],
  onLine: (line: string) => void,
): Promise<void> => {
  await runKafkaTool({
    main: 'kafka.tools.DumpLogSegments',
    words: ['--deep-iteration', ...words, '--files', files.join(',')],
    folder,
    onLine,
    stalledMs: STALLED_MS,
  })
}
