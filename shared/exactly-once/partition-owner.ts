import { Counter, Histogram } from 'prom-client'
import { crashPoint } from '../crash-point.ts'
import type { Signal } from '../health.ts'
import { deadLettered } from '../kafka/dead-letter.ts'
import type { KafkaAdmin, KafkaClient } from '../kafka/kafka-client.ts'
import { type Lag, trackLag } from '../kafka/lag.ts'
import { closeOnAbort, type PartitionReader } from '../kafka/partition-reader.ts'
import type { Incoming } from '../kafka/record.ts'
import { processing } from '../kafka/spans.ts'
import type { Log } from '../log.ts'
import { traceEach } from '../tracing/trace-each.ts'
import type { Tracer } from '../tracing/tracer.ts'
import { backoffMs, pause, withDeadline } from '../wait.ts'
import { HaltError, mustHalt, standStill } from './halt.ts'
import type { Overlay } from './overlay.ts'
import type { Precedence } from './precedence.ts'
import { type Projection, READ_WAIT_MS } from './projection.ts'
import { fold, keysOf, type Topology } from './topology.ts'
import { type FencedProducer, fence } from './transactional-producer.ts'

export type OwnerOptions<Input, Event, State> = {
  kafka: KafkaClient
  admin: KafkaAdmin
  groupId: string
  partition: number
  topology: Topology<Input, Event, State>
  /** What the projection of the table has stored: the states of these keys, where there are any. */
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, State>>
  /** What was committed and is not stored yet. Emptied and filled here, thinned by the projection. */
  overlay: Overlay<State>
  /** Of the table's partition; taking over costs what it lags behind, not the size of the table. */
  projection: Projection
  /** Over the projections, for as long as more waits to be decided than one fetch brings. */
  precedence: Precedence
  /** That of `projection` over others, for as long as the owner waits for it. */
  restoring: Precedence
  /** Resolves when the group has confirmed, from now on, that this process is a member. */
  confirmed: (signal: AbortSignal) => Promise<void>
  tracer: Tracer
  health: Signal
  log: Log
}

/**
 * "What arrived during the last transaction is the next batch", but no more than this at once. A
 * fetch brings less, unless whoever wrote it put more into one batch of records.
 */
const BATCH_MAX = 2_000
/**
 * How long an owner that has caught up rests after a transaction. The broker answers before the
 * transaction is over (KIP-98: its markers are still to be written, about one round trip more than
 * its three) and refuses the next one until then: who began at once asked in vain, again and again,
 * and the busier the broker, the longer. What comes meanwhile is decided together.
 */
const restAfter = (transactionMs: number): number => Math.min(REST_MAX_MS, transactionMs / 2)
const REST_MAX_MS = 20
const STALLED_MS = 30_000
/** Beyond connecting and a statement's own limit. */
const LOAD_DEADLINE_MS = 10_000

/**
 * Owns one input partition: FENCE → OFFSETS → RESTORE → RUN, and on any error the same again from
 * the start. There is no other recovery: failing and starting are one path, taken at every boot.
 *
 * Before each further fence the group must confirm the membership, so that a process that slept
 * through its replacement does not take the partition back from its successor.
 */
export const ownPartition = async <Input, Event, State>(
  options: OwnerOptions<Input, Event, State>,
  signal: AbortSignal,
): Promise<void> => {
  const { partition, health, log, confirmed } = options
  for (let failures = 0; !signal.aborted; ) {
    try {
      await takeOverAndRun(options, signal, () => {
        failures = 0
        health.up()
      })
    } catch (error) {
      if (signal.aborted) return
      health.down(error instanceof Error ? error.message : 'unknown')
      if (mustHalt(error)) {
        log.fatal({ partition, error }, 'the partition halts')
        return standStill(options.topology.input, partition, signal)
      }
      failures += 1
      restarts.inc()
      log.warn({ partition, error, failures }, 'the partition starts over')
      await pause(backoffMs(failures), signal)
      await confirmed(signal).catch(() => {})
    }
  }
}

const takeOverAndRun = async <Input, Event, State>(
  options: OwnerOptions<Input, Event, State>,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> => {
  const { kafka, admin, groupId, partition, topology, projection, overlay, precedence, log } =
    options
  const measured = takeover.startTimer()
  const producer = await fence(kafka, `${groupId}-${topology.input}-${partition}`)
  const inputs = kafka.openReader(topology.input, partition)
  const rows = kafka.openReader(topology.table, partition)
  const lag = trackLag(groupId)
  let keepOpen = () => {}
  try {
    crashPoint('owner.fenced')
    // With the previous owner fenced, what is read from here on cannot change any more.
    const [reader, table] = await Promise.all([inputs, rows])
    keepOpen = closeOnAbort(reader, signal)
    const position = await startOf(reader, admin, groupId, topology.input, partition)
    crashPoint('owner.positioned')
    options.restoring.take()
    await projection.reached(await table.end(), STALLED_MS, signal)
    options.restoring.end()
    crashPoint('owner.restored')
    overlay.clear()
    log.info({ partition, position: String(position), seconds: measured() }, 'partition taken over')
    onProgress()
    await run(options, { producer, inputs: reader, position, lag }, signal, onProgress)
  } finally {
    precedence.end()
    options.restoring.end()
    lag.forget()
    keepOpen()
    producer.discard()
    await Promise.allSettled([inputs, rows].map(async (reader) => (await reader).close()))
  }
}

const run = async <Input, Event, State>(
  options: OwnerOptions<Input, Event, State>,
  { producer, inputs, lag, ...start }: TakenOver,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> => {
  const { groupId, partition, topology, load, overlay, precedence, tracer, log } = options
  const topic = topology.input
  const stepOf = processing(groupId)
  let { position } = start
  while (!signal.aborted) {
    const fetched = await inputs.read(position, READ_WAIT_MS)
    lag.observe(topic, partition, position, fetched.end, fetched.stable)
    if (fetched.next < fetched.stable) precedence.take()
    else precedence.end()
    let tookMs = 0
    for (let rest = fetched.records; rest.length > 0; ) {
      if (signal.aborted) return
      // What does not fit into the transaction has a span here, and another one in the next.
      const records = rest.slice(0, BATCH_MAX)
      const { taken, states, counts } = await traceEach(tracer, records, stepOf, async (traced) => {
        const known = await statesOf(keysOf(traced), overlay, load)
        const folded = fold(topology, known, traced)
        const { outgoing } = folded
        const next = offsetAfter(rest, folded.taken, fetched.next)
        crashPoint('owner.folded')
        batchRecords.observe(folded.taken)
        const beganAt = performance.now()
        await producer.commit({ groupId, input: { topic, partition, next }, outgoing })
        tookMs = performance.now() - beganAt
        transactionSeconds.observe(tookMs / 1_000)
        crashPoint('owner.committed')
        position = next
        return folded
      })
      // Only what is committed may be built upon.
      overlay.keep(states)
      rest = rest.slice(taken)
      for (const [result, count] of Object.entries(counts)) inputsTotal.inc({ result }, count)
      if (counts.dead > 0)
        log.error({ partition, position: String(position), counts }, 'dead letters')
      deadLettered.inc(counts.dead)
    }
    position = fetched.next
    onProgress()
    if (tookMs > 0 && position >= fetched.stable) await pause(restAfter(tookMs), signal)
  }
}

type TakenOver = { producer: FencedProducer; inputs: PartitionReader; position: bigint; lag: Lag }

/** What is committed and not stored yet, over what is stored. */
const statesOf = async <State>(
  keys: readonly string[],
  overlay: Overlay<State>,
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, State>>,
): Promise<Map<string, State>> => {
  // The overlay is asked first: what the projection thins out while we load is stored by then.
  const kept = overlay.of(keys)
  const absent = keys.filter((key) => !kept.has(key))
  if (absent.length === 0) return kept
  const stored = await withDeadline(load(absent), LOAD_DEADLINE_MS, 'stored states')
  return new Map([...stored, ...kept])
}

/** The group's offset as it is now; kafkajs' own may be older than the fence. */
const startOf = async (
  reader: PartitionReader,
  admin: KafkaAdmin,
  groupId: string,
  topic: string,
  partition: number,
): Promise<bigint> => {
  const [groups, start, end] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    reader.start(),
    reader.end(),
  ])
  const found = groups[0]?.partitions.find((entry) => entry.partition === partition)
  const committed = BigInt(found?.offset ?? '-1')
  // Never committed, or forgotten by the group: from the start; what is known is repeated.
  if (committed < 0n) return start
  if (committed < start) {
    throw new HaltError(`offset_below_log_start: ${topic}/${partition} lost ${committed}–${start}`)
  }
  if (committed > end) {
    throw new HaltError(
      `offset_beyond_log_end: ${topic}/${partition} ends at ${end}, but ${committed} was committed: the topic was recreated or lost its tail`,
    )
  }
  return committed
}

/** Where to go on after so many of the records; after all of them, past what is no record too. */
const offsetAfter = (records: readonly Incoming[], taken: number, end: bigint): bigint =>
  taken < records.length ? (records[taken - 1]?.offset ?? -1n) + 1n : end

const restarts = new Counter({
  name: 'partition_restarts_total',
  help: 'Times that a partition was taken over again after an error.',
})
const takeover = new Histogram({
  name: 'partition_takeover_seconds',
  help: 'From the fence to the first batch.',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
})
const transactionSeconds = new Histogram({
  name: 'transaction_seconds',
  help: 'Kafka transactions, from begin to committed.',
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
})
const batchRecords = new Histogram({
  name: 'partition_batch_records',
  help: 'Records that are decided in one Kafka transaction.',
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000],
})
const inputsTotal = new Counter({
  name: 'partition_inputs_total',
  help: 'Records read, by what became of them.',
  labelNames: ['result'],
})
// A series that appears only with its first dead letter shows no increase when it does.
for (const result of ['decided', 'repeated', 'dead']) inputsTotal.inc({ result }, 0)
