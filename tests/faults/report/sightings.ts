import { readFileSync } from 'node:fs'
import type { Dump } from '../dump/dump.ts'
import type { HistoryCounts } from '../history/history.ts'
import type { KafkaCall, Loss } from '../proxy/types.ts'

/** What a run must have met at least once, or it proves nothing about it. */
export type Sightings = {
  /** Owners that were told, at their next write, that another one is in their place. */
  fencedProducers: number
  /** Records that the ledger had decided before. */
  droppedDuplicates: number
  rejectedOrders: number
  /** Requests that were answered with "done already". */
  replayedHashes: number
  /** Requests for another thing under a hash that was used. */
  refusedHashes: number
  endTxnLostButCommitted: number
  endTxnLostAndNotCommitted: number
  /** Records of transactions that were aborted, which nobody may ever see. */
  abortedRecords: number
}

const NEEDED: Record<keyof Sightings, string> = {
  fencedProducers: 'a fenced producer',
  droppedDuplicates: 'a dropped duplicate',
  rejectedOrders: 'a rejected order',
  replayedHashes: 'a replayed hash',
  refusedHashes: 'a hash that was used for something else',
  endTxnLostButCommitted: 'a lost EndTxn that had committed',
  endTxnLostAndNotCommitted: 'a lost EndTxn that had not committed',
  abortedRecords: 'an aborted record',
}

/** What was never seen, in words; a run with any of it is vacuous. */
export const unseen = (sightings: Sightings): string[] =>
  (Object.keys(NEEDED) as (keyof Sightings)[])
    .filter((name) => sightings[name] === 0)
    .map((name) => NEEDED[name])

export type Evidence = {
  logs: readonly string[]
  droppedDuplicates: number
  counts: HistoryCounts
  losses: readonly Loss<KafkaCall>[]
  dump: Pick<Dump, 'topics' | 'tables'>
}

export const sightingsOf = ({
  logs,
  droppedDuplicates,
  counts: { byType },
  losses,
  dump,
}: Evidence): Sightings => {
  const ends = losses.filter(({ call }) => call.api === 'EndTxn' && call.commit === true)
  const topics = Object.values(dump.topics)
  return {
    fencedProducers: fencedIn(logs),
    droppedDuplicates,
    rejectedOrders: dump.tables.orders.filter(({ status }) => status === 'FAILED').length,
    replayedHashes:
      (byType['deposit operation_repeated'] ?? 0) + (byType['order order_exists'] ?? 0),
    refusedHashes: (byType['deposit hash_reused'] ?? 0) + (byType['order hash_reused'] ?? 0),
    endTxnLostButCommitted: ends.filter(({ outcome }) => outcome === 'done').length,
    endTxnLostAndNotCommitted: ends.filter(({ outcome }) => outcome === 'unseen').length,
    abortedRecords: topics.reduce(
      (sum, { committed, uncommitted }) => sum + uncommitted.length - committed.length,
      0,
    ),
  }
}

/** INVALID_PRODUCER_EPOCH and PRODUCER_FENCED, as the protocol numbers them. */
const FENCED = new Set<unknown>([47, 90])

type Line = { at: number; log: number; partition: number; event: 'taken' | 'fenced' }

/**
 * A producer of a transaction that the broker ended is refused by the same name as one that was
 * replaced. Only who was refused after another process had taken its partition counts.
 */
export const fencedIn = (logs: readonly string[]): number => {
  const lines = logs.flatMap(linesOf).toSorted((a, b) => a.at - b.at)
  const owners = new Map<number, number>()
  let fenced = 0
  for (const { log, partition, event } of lines) {
    if (event === 'taken') owners.set(partition, log)
    else if (owners.has(partition) && owners.get(partition) !== log) fenced += 1
  }
  return fenced
}

const linesOf = (text: string, log: number): Line[] =>
  text.split('\n').flatMap((line) => {
    const isTaken = line.includes('"partition taken over"')
    if (!isTaken && !line.includes('"the partition starts over"')) return []
    const { time, partition, error } = readLine(line)
    const isFenced = FENCED.has(error?.code ?? error?.cause?.code)
    if (time === undefined || partition === undefined || (!isTaken && !isFenced)) return []
    return [{ at: Date.parse(time), log, partition, event: isTaken ? 'taken' : 'fenced' }]
  })

type Logged = {
  time: string
  partition: number
  error?: { code?: unknown; cause?: { code?: unknown } }
}

const readLine = (line: string): Partial<Logged> => {
  try {
    return JSON.parse(line) as Logged
  } catch {
    // The last words of a process that was killed.
    return {}
  }
}

export const readLogs = (files: readonly string[]): string[] =>
  files.map((file) => readFileSync(file, 'utf8'))
