import { logLevel } from 'kafkajs'
import Cluster from 'kafkajs/src/cluster'
import { createLogger } from 'kafkajs/src/loggers'
import socketFactory from 'kafkajs/src/network/socketFactory'
import { accessOptions, type Connect, quietly, REQUEST_TIMEOUT_MS } from './client.ts'

/**
 * The part of kafkajs below its consumer and producer: connections, metadata, and requests that it
 * offers to nobody. Connect it first, disconnect it last.
 */
export const openCluster = ({ clientId, log, ...access }: Connect): Cluster =>
  new Cluster({
    ...accessOptions(access),
    logger: createLogger({ level: logLevel.INFO, logCreator: quietly(log) }),
    socketFactory: socketFactory(),
    clientId,
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    reauthenticationThreshold: 10_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    isolationLevel: 1,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 3 },
  })
