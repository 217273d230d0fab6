import { join } from 'node:path'
import { register } from 'prom-client'
import { batcher } from '../shared/batcher.ts'
import { configOrExit } from '../shared/config.ts'
import { isUnavailable, openDatabase } from '../shared/database.ts'
import { announceStop, openHealth } from '../shared/health.ts'
import { ops } from '../shared/http/ops.ts'
import { listen } from '../shared/http/serve.ts'
import { instanceOf } from '../shared/kafka/ghost.ts'
import { kafkaClient } from '../shared/kafka/kafka-client.ts'
import { openLog } from '../shared/log.ts'
import { outboxSession } from '../shared/outbox/session.ts'
import { observeRequest } from '../shared/request-metrics.ts'
import { run } from '../shared/run.ts'
import { databasePart, topicsPart } from '../shared/service-parts.ts'
import { openTracer, tracingPart } from '../shared/tracing/open-tracer.ts'
import { bell } from '../shared/wait.ts'
import { orderConfig } from './config.ts'
import { ORDER_TOPICS } from './events.ts'
import { givenNumbers } from './given-numbers.ts'
import { orderApi } from './http.ts'
import { OUTCOMES } from './intake.ts'
import { orderLoops } from './loops.ts'
import { placeOrders } from './orders.ts'
import { postgresStore } from './postgres-store.ts'

const config = configOrExit(orderConfig)
const log = openLog('order', config.LOG_LEVEL)
const tracer = await openTracer(config.tracing, log)
const health = openHealth()
const common = { health, log }
const listening = { host: config.HOST, isStopping: health.isStopping, log }
const connect = { clientId: 'order', ...config.kafka, log }
const kafka = kafkaClient(connect, instanceOf(config.PORT))
const database = openDatabase(config.database, {
  application: 'order',
  connections: config.DATABASE_CONNECTIONS,
})
const store = postgresStore(database)
const enqueued = bell()

await run({
  log,
  lingerMs: config.STOP_LINGER_MS,
  parts: (onCrashed) => [
    tracingPart(tracer),
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
    givenNumbers({
      ...common,
      kafka,
      sql: database.sql,
      partitions: config.TOPIC_PARTITIONS,
    }),
    ...orderLoops({
      ...common,
      tracer,
      kafka,
      store,
      openSession: outboxSession((options) => openDatabase(config.database, options)),
      enqueued,
      sweepAfterMs: config.SWEEP_AFTER_MS,
      partitions: config.TOPIC_PARTITIONS,
      onCrashed,
    }),
    listen(
      orderApi(
        { place: batcher(placeOrders(store, enqueued.ring)), find: store.find },
        { log, observe: observeRequest, isUnavailable, tracer },
      ),
      { ...listening, port: config.PORT },
    ),
    announceStop(health, config.STOP_LINGER_MS),
  ],
})
