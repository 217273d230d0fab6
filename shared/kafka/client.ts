import { Kafka, type logCreator, logLevel, type SASLOptions } from 'kafkajs'
import type { Log } from '../log.ts'

/** Where the brokers are and how they are reached. */
export type BrokerAccess = {
  brokers: readonly string[]
  /** They have to prove who they are, to these authorities or else to those that Bun knows. */
  tls?: { ca?: string }
  sasl?: SASLOptions
}

export type Connect = BrokerAccess & { clientId: string; log: Log }

/** The part of kafkajs' options that follows from it. */
export const accessOptions = ({ brokers, tls, sasl }: BrokerAccess) => ({
  brokers: [...brokers],
  ...(tls && { ssl: { rejectUnauthorized: true, ...tls } }),
  ...(sasl && { sasl }),
})

/** A kafkajs client object, with our limits and our log. For one role only: see `kafkaClient`. */
export const openKafka = ({ clientId, log, ...access }: Connect): Kafka =>
  new Kafka({
    clientId,
    ...accessOptions(access),
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
 * Except for a missing right: kafkajs drops the broker's answer to who looks for a coordinator.
 */
export const quietly =
  (log: Log): logCreator =>
  () =>
  ({ namespace, log: { message, groupId, broker, error } }) => {
    const fields = { namespace, groupId, broker, detail: error }
    if (NOT_AUTHORIZED.test(String(error))) log.warn(fields, `the broker refuses: ${message}`)
    else log.debug(fields, `kafkajs: ${message}`)
  }

const NOT_AUTHORIZED = /authorization failed|not authorized/i

/** The failure, with its likely cause where kafkajs' words hide that. */
export const explained = (error: Error): Error => {
  const hint = HINTS.find(({ words }) => error.message.includes(words))?.hint
  return hint === undefined ? error : new Error(`${error.message}: ${hint}`, { cause: error })
}

const HINTS = [
  // Of a group or of a transactional id; kafkajs asks the same question for both.
  { words: 'Failed to find group coordinator', hint: 'not authorized?' },
  { words: 'Closed connection', hint: 'does the broker want TLS, or a login?' },
]

/** The name that the protocol gives an error (such as `INVALID_PRODUCER_EPOCH`), if it has one. */
export const protocolError = (error: unknown): string | undefined => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && typeof at.type === 'string') return at.type
  }
  return undefined
}
