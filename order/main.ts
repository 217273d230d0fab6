import { join } from 'node:path'
import { register } from 'prom-client'
import { batcher } from '../shared/batcher.ts'
import { configOrExit } from '../shared/config.ts'
import { isUnavailable, openDatabase } from '../shared/database.ts'
import { announceStop, openHealth } from '../shared/health.ts'
import { ops } from '../shared/http/ops.ts'
import { listen } from '../shared/http/serve.ts'
import { follow } from '../shared/kafka/follow.ts'
import { kafkaClient } from '../shared/kafka/kafka-client.ts'
import { openSender } from '../shared/kafka/sender.ts'
import { openLog } from '../shared/log.ts'
import { relay } from '../shared/outbox/relay.ts'
import { periodically } from '../shared/periodically.ts'
import { observeRequest } from '../shared/request-metrics.ts'
import { run } from '../shared/run.ts'
import { databasePart, topicsPart } from '../shared/service-parts.ts'
import { bell } from '../shared/wait.ts'
import { orderConfig } from './config.ts'
import { ORDER_TOPICS } from './events.ts'
import { orderApi } from './http.ts'
import { OUTCOMES, takeOutcomes } from './intake.ts'
import { findOrder, placeOrders } from './orders.ts'
import { sweeper } from './sweeper.ts'

const config = configOrExit(orderConfig)
const log = openLog('order', config.LOG_LEVEL)
const health = openHealth()
const common = { health, log }
const listening = { host: config.HOST, isStopping: health.isStopping, log }
const connect = { clientId: 'order', ...config.kafka, log }
const kafka = kafkaClient(connect)
const database = openDatabase(config.database, {
  application: 'order',
  connections: config.DATABASE_CONNECTIONS,
})
const enqueued = bell()

await run({
  log,
  lingerMs: config.STOP_LINGER_MS,
  parts: (onCrashed) => [
    ops({ ...common, ...listening, port: config.OPS_PORT, registry: register }),
    databasePart({
      ...common,
      database,
      connection: config.database,
      migrations: { folder: join(import.meta.dir, 'migrations'), mode: config.MIGRATIONS },
    }),
    topicsPart({
      ...common,
      connect,
      writes: ORDER_TOPICS,
      reads: OUTCOMES,
      partitions: config.TOPIC_PARTITIONS,
    }),
    relay({
      log,
      openSession: (options) => openDatabase(config.database, options),
      sender: openSender(kafka),
      work: enqueued,
      health: health.signal('relay'),
    }),
    follow({
      log,
      kafka,
      groupId: 'order-outcomes',
      topics: OUTCOMES,
      concurrency: config.TOPIC_PARTITIONS,
      handle: takeOutcomes(database),
      isTransient: isUnavailable,
      deadLetters: openSender(kafka),
      health: health.signal('outcomes'),
      onCrashed,
    }),
    periodically({
      log,
      name: 'sweeper',
      everyMs: config.SWEEP_AFTER_MS / 3,
      work: sweeper({ database, afterMs: config.SWEEP_AFTER_MS, onEnqueued: enqueued.ring, log }),
      health: health.signal('sweeper'),
    }),
    listen(
      orderApi(
        { place: batcher(placeOrders(database, enqueued.ring)), find: findOrder(database) },
        { log, observe: observeRequest, isUnavailable },
      ),
      { ...listening, port: config.PORT },
    ),
    announceStop(health, config.STOP_LINGER_MS),
  ],
})
