import { Kafka, type logCreator, logLevel } from 'kafkajs'
import type { Log } from '../log.ts'

export type Connect = { clientId: string; brokers: readonly string[]; log: Log }

/**
 * One client object per role: kafkajs keeps a map of committed offsets per `Kafka` object and
 * marks offsets in it before their transaction is committed, so a consumer and a transactional
 * producer must never share one.
 */
export const openKafka = ({ clientId, brokers, log }: Connect): Kafka =>
  new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 50, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.INFO,
    logCreator: quietly(log),
  })

/** Below the transaction timeout: a request must be given up before its transaction is. */
export const REQUEST_TIMEOUT_MS = 5_000

/**
 * kafkajs reports each retry of each connection as an error, with configuration in it. What
 * matters of that reaches our own lines as the failure of an operation; the rest is for debugging.
 */
export const quietly =
  (log: Log): logCreator =>
  () =>
  ({ namespace, log: { message, groupId, broker, error } }) => {
    log.debug({ namespace, groupId, broker, detail: error }, `kafkajs: ${message}`)
  }

/** The name that the protocol gives an error (such as `INVALID_PRODUCER_EPOCH`), if it has one. */
export const protocolError = (error: unknown): string | undefined => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && typeof at.type === 'string') return at.type
  }
  return undefined
}
