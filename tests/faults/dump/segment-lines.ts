import type { Batch, TransactionNote } from './dump.ts'
import { DUMP_GROUPS } from './topic-dump.ts'

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
const COMMIT = / key: (\{"type":"[01]",.*\}) payload: (\{.*\}|<DELETE>)$/
const FORGOTTEN = '<DELETE>'

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
  const payload = commit[2] ?? ''
  const offset = payload === FORGOTTEN ? null : JSON.parse(payload).data.offset
  if (String(group).startsWith(DUMP_GROUPS)) return batch
  return { ...batch, commits: [...(batch.commits ?? []), { group, topic, partition, offset }] }
}

/** Makes notes of the lines that `DumpLogSegments --transaction-log-decoder` prints. */
export const transactionParser = (take: (note: TransactionNote) => void) => {
  const last = new Map<string, TransactionNote>()
  return {
    line: (text: string): void => {
      const [, key, payload] = TRANSACTION.exec(text) ?? []
      if (key === undefined || payload === undefined) return
      const note = noteOf(JSON.parse(key).data, JSON.parse(payload).data)
      last.set(note.transactionalId, note)
      if (note.state.startsWith('Prepare')) take(note)
    },
    end: (): void => {
      for (const note of last.values()) if (!note.state.startsWith('Prepare')) take(note)
    },
  }
}

const TRANSACTION = / key: (\{"type":"0","data":\{"transactionalId".*\}) payload: (\{.*\})$/
/** As the broker numbers them. */
const STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
]

type Payload = {
  producerId: number
  producerEpoch: number
  transactionStatus: number
  transactionPartitions: { topic: string; partitionIds: number[] }[] | null
}

const noteOf = (
  { transactionalId }: { transactionalId: string },
  { producerId, producerEpoch, transactionStatus, transactionPartitions }: Payload,
): TransactionNote => ({
  transactionalId,
  producerId,
  producerEpoch,
  state: STATES[transactionStatus] ?? String(transactionStatus),
  partitions: (transactionPartitions ?? []).flatMap(({ topic, partitionIds }) =>
    partitionIds.map((partition) => `${topic}/${partition}`),
  ),
})
