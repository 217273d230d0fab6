import { Counter } from 'prom-client'
import { crashPoint } from '../crash-point.ts'
import type { Signal } from '../health.ts'
import type { KafkaClient } from '../kafka/kafka-client.ts'
import { type Lag, trackLag } from '../kafka/lag.ts'
import { closeOnAbort, type Fetched, type PartitionReader } from '../kafka/partition-reader.ts'
import type { Incoming } from '../kafka/record.ts'
import type { Log } from '../log.ts'
import { backoffMs, DeadlineError, pause, withDeadline } from '../wait.ts'
import { HaltError, mustHalt, standStill } from './halt.ts'
import type { Precedence } from './precedence.ts'

/** Where a partition of a topic is stored, and how far that got. */
export type ProjectionStore = {
  /** The first offset of the partition that is not stored yet; 0 for a partition never seen. */
  checkpoint: (partition: number) => Promise<bigint>
  /**
   * Stores the records and the checkpoint in one transaction. An older record never replaces a
   * newer one and a checkpoint never goes back, so that repeats and rivals are harmless.
   */
  store: (records: readonly Incoming[], partition: number, next: bigint) => Promise<void>
}

export type ProjectionOptions = {
  kafka: Pick<KafkaClient, 'openReader'>
  topic: string
  partition: number
  store: ProjectionStore
  /** How long it rests when it has stored all that there was: what comes meanwhile is one store. */
  restMs: number
  /** Whom it lets go first, unless it is far behind: the owner of the partition. */
  precedence: Precedence
  /** So many records behind is far. */
  behindMax: bigint
  /** One that stands back stores what one fetch brings so often all the same. */
  standBackMs: number
  /** Whom it lets go first in any case: the table, while a new owner waits for it. */
  restoring?: Precedence
  health: Signal
  log: Log
}

export type Projection = {
  /** Resolves once everything below `offset` is stored; rejects when nothing moves for so long. */
  reached: (offset: bigint, stalledMs: number, signal: AbortSignal) => Promise<void>
  /** Ends when the signal is aborted; one that halts stands still until then. */
  finished: Promise<void>
}

/** What is written ends the wait at once; well below the time a request may take. */
export const READ_WAIT_MS = 2_000
/** Beyond connecting and the limits of its statements. */
const STORE_DEADLINE_MS = 20_000

/** Copies one partition of a topic into Postgres for as long as the signal is not aborted. */
export const project = (options: ProjectionOptions, signal: AbortSignal): Projection => {
  const { topic, partition, health, log } = options
  let position = -1n
  let moved = new AbortController()
  const finished = run()
  return { finished, reached }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await follow(options, signal, (next) => {
          moveTo(next)
          failures = 0
          health.up()
        })
      } catch (error) {
        if (signal.aborted) return
        health.down(error instanceof Error ? error.message : 'unknown')
        if (mustHalt(error)) {
          log.fatal({ topic, partition, error }, 'the projection halts')
          return standStill(topic, partition, signal)
        }
        failures += 1
        log.warn({ topic, partition, error, failures }, 'the projection starts over')
        await pause(backoffMs(failures), signal)
      }
    }
  }

  function moveTo(next: bigint): void {
    if (next === position) return
    position = next
    moved.abort()
    moved = new AbortController()
  }

  async function reached(offset: bigint, stalledMs: number, ended: AbortSignal): Promise<void> {
    const isReached = () => position >= offset
    while (!isReached() && !ended.aborted) {
      const before = position
      await pause(stalledMs, AbortSignal.any([moved.signal, ended]))
      if (position === before && !ended.aborted) {
        throw new DeadlineError(`${topic}/${partition} to be stored up to ${offset}`, stalledMs)
      }
    }
  }
}

const follow = async (
  options: ProjectionOptions,
  signal: AbortSignal,
  onStored: (next: bigint) => void,
): Promise<void> => {
  const { kafka, topic, partition, store, restMs } = options
  const { precedence, restoring, behindMax, standBackMs } = options
  const reader = await kafka.openReader(topic, partition)
  const keepOpen = closeOnAbort(reader, signal)
  const lag = trackLag('projection')
  try {
    let position = await startOf(reader, await store.checkpoint(partition), topic, partition)
    onStored(position)
    while (!signal.aborted) {
      const { stored, next, end, stable } = await storeNext(options, reader, lag, position)
      projected.inc({ topic }, stored)
      position = next
      onStored(position)
      await restoring?.ended(standBackMs, signal)
      if (end - position < behindMax) await precedence.ended(standBackMs, signal)
      if (stored > 0 && position >= stable) await pause(restMs, signal)
    }
  } finally {
    lag.forget()
    keepOpen()
    await reader.close().catch(() => {})
  }
}

/**
 * One fetch. A function of its own, so that the records are let go with it: who stands back after
 * them does so for seconds, and an async function keeps what it held at an earlier `await`.
 */
const storeNext = async (
  { topic, partition, store }: ProjectionOptions,
  reader: PartitionReader,
  lag: Lag,
  position: bigint,
): Promise<Omit<Fetched, 'records'> & { stored: number }> => {
  const { records, next, end, stable } = await reader.read(position, READ_WAIT_MS)
  lag.observe(topic, partition, position, end, stable)
  if (next > position) {
    crashPoint('projection.read', topic)
    const stored = store.store(records, partition, next)
    await withDeadline(stored, STORE_DEADLINE_MS, `${topic}/${partition} to be stored`)
    crashPoint('projection.stored', topic)
  }
  return { stored: records.length, next, end, stable }
}

/** Compaction and retention may have removed what lies below the log's start, never what counts. */
const startOf = async (
  reader: PartitionReader,
  checkpoint: bigint,
  topic: string,
  partition: number,
): Promise<bigint> => {
  const [start, end] = await Promise.all([reader.start(), reader.end()])
  if (checkpoint > end) {
    throw new HaltError(
      `the checkpoint ${checkpoint} is beyond the end ${end} of ${topic}/${partition}: the topic was recreated or lost its tail`,
    )
  }
  if (checkpoint > 0n && checkpoint < start) {
    throw new HaltError(
      `the checkpoint ${checkpoint} is before the start ${start} of ${topic}/${partition}: records were deleted before they were stored`,
    )
  }
  return checkpoint < start ? start : checkpoint
}

const projected = new Counter({
  name: 'projection_records_total',
  help: 'Records stored by a projection.',
  labelNames: ['topic'],
})
