import {
  KafkaJSConnectionClosedError,
  KafkaJSConnectionError,
  KafkaJSOffsetOutOfRange,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
} from 'kafkajs/src/errors'
import { errorCodes } from 'kafkajs/src/protocol/error'

/** What kafkajs throws when a broker answers with this name. */
export const protocolFailure = (type: string): Error => {
  const known = errorCodes.find((error) => error.type === type)
  if (known === undefined) throw new Error(`the protocol has no error ${type}`)
  return new KafkaJSProtocolError(known)
}

export const offsetOutOfRange = (topic: string, partition: number): Error =>
  new KafkaJSOffsetOutOfRange(protocolFailure('OFFSET_OUT_OF_RANGE'), { topic, partition })

const BROKER = { host: 'log', port: 9092 }

/** What kafkajs throws when nothing answers. */
export const linkErrors = {
  refused: () =>
    new KafkaJSConnectionError('Connection error: connect ECONNREFUSED', {
      broker: 'log:9092',
      code: 'ECONNREFUSED',
    }),
  closed: () => new KafkaJSConnectionClosedError('Closed connection', BROKER),
  late: () => new KafkaJSRequestTimeoutError('Request timed out', { broker: 'log:9092' }),
}
