import type { Stop } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { explained } from './client.ts'
import type { KafkaClient, KafkaConsumer } from './kafka-client.ts'

/** Resolves when the coordinator has, from the call on, confirmed that we are a member. */
export type Confirmed = (signal: AbortSignal) => Promise<void>

export type MembershipOptions = {
  kafka: KafkaClient
  groupId: string
  topic: string
  log: Log
  /** A new generation of the group: these partitions are ours until the next call. */
  onAssigned: (partitions: readonly number[], confirmed: Confirmed) => void
  /** The consumer gave up for good; the process should end. */
  onCrashed: (error: Error) => void
}

/** The least that brokers allow by default: a killed owner is missed for so long. */
export const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_INTERVAL_MS = 1_000
/** A paused consumer sleeps this long between two looks at its heartbeat. */
const PAUSED_SLEEP_MS = 250

/**
 * Uses a kafkajs consumer for one thing only: to learn which partitions are this process's. Every
 * partition is paused as soon as it is assigned; whoever owns it reads it by itself, from a
 * position that it knows to be right. Nothing is ever committed through this consumer.
 *
 * There is no timely "you are out": kafkajs joins again after an expired session without saying so
 * first. An owner may therefore work on for a while after it was replaced, and only the fence of
 * its successor protects the data. Hence ownership ends with the next assignment, not earlier.
 */
export const joinGroup = async (options: MembershipOptions): Promise<Stop> => {
  const { kafka, groupId, topic, log, onAssigned, onCrashed } = options
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: 2 * SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    maxWaitTimeInMs: PAUSED_SLEEP_MS,
    allowAutoTopicCreation: false,
    // kafkajs never resets this counter while nothing rebalances: five failures in a month would
    // count as a crash.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 1_000, restartOnFailure },
  })
  const { GROUP_JOIN, CRASH } = consumer.events
  consumer.on(GROUP_JOIN, ({ payload }) => {
    consumer.pause([{ topic }])
    const partitions = payload.memberAssignment[topic] ?? []
    log.info({ groupId, partitions }, 'partitions assigned')
    onAssigned(partitions.map(Number), (signal) => heartbeat(consumer, signal))
  })
  consumer.on(CRASH, ({ payload: { error, restart } }) => {
    // A coordinator that is still loading is a crash to kafkajs, and every cold start has one.
    if (restart) log.info({ groupId, reason: error.message }, 'joining the group again')
    else onCrashed(explained(error))
  })

  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
  return () => consumer.disconnect()
}

/** Joining again is the cure for whatever kafkajs calls retriable; the rest ends the process. */
const restartOnFailure = async () => true

const heartbeat = (consumer: KafkaConsumer, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (then: () => void) => () => {
      forget()
      signal.removeEventListener('abort', aborted)
      then()
    }
    const aborted = settle(() => reject(new Error('the assignment ended')))
    const forget = consumer.on(consumer.events.HEARTBEAT, settle(resolve))
    signal.addEventListener('abort', aborted)
    if (signal.aborted) aborted()
  })
