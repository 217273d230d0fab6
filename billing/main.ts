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
import { readAccount } from './accounts.ts'
import { auditing } from './audit.ts'
import { billingConfig } from './config.ts'
import { BILLING_TOPICS } from './events.ts'
import { billingApi } from './http.ts'
import { ORDERS } from './intake.ts'
import { billingLoops } from './loops.ts'
import { postgresStore } from './postgres-store.ts'
import { record } from './record.ts'

const config = configOrExit(billingConfig)
const log = openLog('billing', config.LOG_LEVEL)
const tracer = await openTracer(config.tracing, log)
const health = openHealth()
const common = { health, log }
const listening = { host: config.HOST, isStopping: health.isStopping, log }
const connect = { clientId: 'billing', ...config.kafka, log }
const kafka = kafkaClient(connect, instanceOf(config.PORT))
const database = openDatabase(config.database, {
  application: 'billing',
  connections: config.DATABASE_CONNECTIONS,
})
const enqueued = bell()
const store = postgresStore(database)
const recorded = record(store, enqueued.ring)

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
      writes: BILLING_TOPICS,
      reads: [ORDERS],
      partitions: config.TOPIC_PARTITIONS,
    }),
    ...billingLoops({
      ...common,
      tracer,
      kafka,
      store,
      openSession: outboxSession((options) => openDatabase(config.database, options)),
      recorded,
      enqueued,
      sweepAfterMs: config.SWEEP_AFTER_MS,
      partitions: config.TOPIC_PARTITIONS,
      onCrashed,
    }),
    auditing(database.sql, config.SWEEP_AFTER_MS, log),
    listen(
      billingApi(
        {
          open: store.open,
          deposit: batcher(recorded),
          read: readAccount(store.find, config.BALANCE_DEADLINE_MS),
        },
        { log, observe: observeRequest, isUnavailable, tracer },
      ),
      { ...listening, port: config.PORT },
    ),
    announceStop(health, config.STOP_LINGER_MS),
  ],
})
