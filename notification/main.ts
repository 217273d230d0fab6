import { join } from 'node:path'
import { register } from 'prom-client'
import { configOrExit } from '../shared/config.ts'
import { isUnavailable, openDatabase } from '../shared/database.ts'
import { announceStop, openHealth } from '../shared/health.ts'
import { ops } from '../shared/http/ops.ts'
import { listen } from '../shared/http/serve.ts'
import { instanceOf } from '../shared/kafka/ghost.ts'
import { kafkaClient } from '../shared/kafka/kafka-client.ts'
import { openLog } from '../shared/log.ts'
import { observeRequest } from '../shared/request-metrics.ts'
import { run } from '../shared/run.ts'
import { databasePart, topicsPart } from '../shared/service-parts.ts'
import { openTracer, tracingPart } from '../shared/tracing/open-tracer.ts'
import { notificationConfig } from './config.ts'
import { notificationApi } from './http.ts'
import { OUTCOMES } from './intake.ts'
import { notificationLoops } from './loops.ts'
import { findMessage, keepMessages } from './messages.ts'

const config = configOrExit(notificationConfig)
const log = openLog('notification', config.LOG_LEVEL)
const tracer = await openTracer(config.tracing, log)
const health = openHealth()
const common = { health, log }
const listening = { host: config.HOST, isStopping: health.isStopping, log }
const connect = { clientId: 'notification', ...config.kafka, log }
const kafka = kafkaClient(connect, instanceOf(config.PORT))
const database = openDatabase(config.database, {
  application: 'notification',
  connections: config.DATABASE_CONNECTIONS,
})

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
      writes: [],
      reads: OUTCOMES,
      partitions: config.TOPIC_PARTITIONS,
    }),
    ...notificationLoops({
      ...common,
      tracer,
      kafka,
      keep: keepMessages(database),
      partitions: config.TOPIC_PARTITIONS,
      onCrashed,
    }),
    listen(
      notificationApi(
        { find: findMessage(database) },
        { log, observe: observeRequest, isUnavailable, tracer },
      ),
      { ...listening, port: config.PORT },
    ),
    announceStop(health, config.STOP_LINGER_MS),
  ],
})
