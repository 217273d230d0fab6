import type { EachBatchPayload } from 'kafkajs'
import { Counter } from 'prom-client'
import { crashPoint } from '../crash-point.ts'
import type { Signal } from '../health.ts'
import type { Part } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { traceIdOf } from '../tracing/traceparent.ts'
import { backoffMs, pause, withDeadline } from '../wait.ts'
import { explained } from './client.ts'
import { deadLetter, deadLettered } from './dead-letter.ts'
import { tracedBy } from './headers.ts'
import type { KafkaClient } from './kafka-client.ts'
import { trackLag } from './lag.ts'
import { SESSION_TIMEOUT_MS } from './membership.ts'
import type { Incoming, Outgoing } from './record.ts'
import type { Sender } from './sender.ts'

export type FollowOptions = {
  kafka: KafkaClient
  groupId: string
  topics: readonly string[]
  /** How many partitions may be handled at the same time. */
  concurrency: number
  /** Takes a batch of one partition and answers with what of it belongs in the dead letters. */
  handle: (records: readonly Incoming[]) => Promise<readonly Outgoing[]>
  /** Failures that say nothing about the records: worth trying again for as long as it takes. */
  isTransient: (error: unknown) => boolean
  deadLetters: Sender
  health: Signal
  log: Log
  /** The consumer gave up for good; the process should end. */
  onCrashed: (error: Error) => void
}

/**
 * Reads topics at least once: a batch is handled, then its offset is committed, and a crash in
 * between has it handled again. Read committed, so nothing of an aborted transaction is seen.
 */
export const follow = (options: FollowOptions): Part => ({
  name: `follow ${options.topics.join(', ')}`,
  start: async () => {
    const { kafka, groupId, topics, concurrency, health, log, onCrashed } = options
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: 2 * SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      // kafkajs sends a heartbeat only between two fetches.
      maxWaitTimeInMs: HEARTBEAT_MS,
      maxBytesPerPartition: 1_048_576,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      // kafkajs never resets this counter while nothing rebalances.
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 1_000, restartOnFailure },
    })
    const lag = trackLag(groupId)
    consumer.on(consumer.events.GROUP_JOIN, () => {
      // How far the partitions are that others have now is theirs to tell.
      lag.forget()
      health.up()
    })
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      health.down('the consumer failed')
      // A coordinator that is still loading is a crash to kafkajs, and every cold start has one.
      if (restart) log.info({ groupId, reason: error.message }, 'joining the group again')
      else onCrashed(explained(error))
    })
    await consumer.connect()
    // From the beginning, always: "from the end" skips whatever is retained when an offset is lost.
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      // kafkajs' own commits write positions nobody handled after an out-of-range reset.
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: async (payload) => {
        const { batch } = payload
        const { topic, partition } = batch
        const records = batch.messages.map(({ offset, key, value, headers }) => ({
          topic,
          partition,
          offset: BigInt(offset),
          key,
          value,
          ...tracedBy(headers),
        }))
        const [first, end] = [BigInt(batch.firstOffset() ?? 0), BigInt(batch.highWatermark)]
        lag.observe(topic, partition, first, end)
        if (!(await settle(options, payload, records))) return
        crashPoint('follow.handled')
        followed.inc({ topic }, records.length)
        const last = batch.lastOffset()
        const offset = String(BigInt(last) + 1n)
        // Not `consumer.commitOffsets`: that one wraps "you are not a member any more", and kafkajs
        // then ends the consumer instead of joining again.
        await payload.commitOffsetsIfNecessary({
          topics: [{ topic, partitions: [{ partition, offset }] }],
        })
        crashPoint('follow.committed')
        payload.resolveOffset(last)
        lag.observe(topic, partition, BigInt(offset), end)
      },
    })
    return () => consumer.disconnect()
  },
})

/** Joining again is the cure for whatever kafkajs calls retriable; the rest ends the process. */
const restartOnFailure = async () => true

const ATTEMPTS = 3
const HEARTBEAT_MS = 1_000
const HANDLE_DEADLINE_MS = 30_000

/**
 * Handles a batch whatever it takes. What is in the way of all records is waited out; what is in
 * the way of one sets that one aside. Answers false when the partition stopped being ours.
 */
const settle = async (
  options: FollowOptions,
  payload: EachBatchPayload,
  records: readonly Incoming[],
): Promise<boolean> => {
  const { handle, isTransient, deadLetters, health, log } = options
  for (let failures = 0, own = 0; payload.isRunning() && !payload.isStale(); ) {
    try {
      const dead = await withHeartbeats(
        payload,
        withDeadline(handle(records), HANDLE_DEADLINE_MS, 'a batch to be handled'),
      )
      if (dead.length > 0) await setAside(deadLetters, dead, log)
      if (failures > 0) health.up()
      return true
    } catch (error) {
      failures += 1
      if (!isTransient(error)) own += 1
      health.down('a batch cannot be handled')
      log.warn({ error, failures, topic: payload.batch.topic }, 'a batch is handled again')
      if (own < ATTEMPTS) {
        await withHeartbeats(payload, pause(backoffMs(failures)))
      } else if (records.length === 1 && records[0] !== undefined) {
        const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown'
        await setAside(deadLetters, [deadLetter(records[0], `not handled: ${reason}`)], log)
        health.up()
        return true
      } else {
        for (const record of records) {
          if (!(await settle(options, payload, [record]))) return false
        }
        return true
      }
    }
  }
  return false
}

/** Of a batch of dead letters; all of them are in their topic. */
const TOLD_MAX = 5

const setAside = async (sender: Sender, dead: readonly Outgoing[], log: Log): Promise<void> => {
  const some = dead.slice(0, TOLD_MAX).map(({ key, ...trace }) => ({ key, ...traceIdOf(trace) }))
  log.error({ count: dead.length, some }, 'dead letters')
  deadLettered.inc(dead.length)
  await sender.send(dead)
}

/** A member that is silent for too long loses its partitions, and what it does meanwhile is waste. */
const withHeartbeats = async <T>(payload: EachBatchPayload, work: Promise<T>): Promise<T> => {
  // That the group moves on shows at the commit; until then the work may as well be finished.
  const timer = setInterval(() => void payload.heartbeat().catch(() => {}), HEARTBEAT_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

const followed = new Counter({
  name: 'follow_records_total',
  help: 'Records handled, by topic.',
  labelNames: ['topic'],
})
