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
import { openAccountIn, readAccount } from './accounts.ts'
import { findAccount } from './balances.ts'
import { billingConfig } from './config.ts'
import { BILLING_TOPICS } from './events.ts'
import { billingApi } from './http.ts'
import { ORDERS, takeOrders } from './intake.ts'
import { ledger } from './ledger.ts'
import { record } from './record.ts'
import { sweeper } from './sweeper.ts'

const config = configOrExit(billingConfig)
const log = openLog('billing', config.LOG_LEVEL)
const health = openHealth()
const common = { health, log }
const listening = { host: config.HOST, isStopping: health.isStopping, log }
const connect = { clientId: 'billing', ...config.kafka, log }
const kafka = kafkaClient(connect)
const database = openDatabase(config.database, {
  application: 'billing',
  connections: config.DATABASE_CONNECTIONS,
})
const enqueued = bell()
const recorded = record(database, enqueued.ring)

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
      writes: BILLING_TOPICS,
      reads: [ORDERS],
      partitions: config.TOPIC_PARTITIONS,
    }),
    relay({
      log,
      openSession: (options) => openDatabase(config.database, options),
      sender: openSender(kafka),
      work: enqueued,
      health: health.signal('relay'),
    }),
    ledger({ ...common, kafka, database, onCrashed }),
    follow({
      log,
      kafka,
      groupId: 'billing-intake',
      topics: [ORDERS],
      concurrency: config.TOPIC_PARTITIONS,
      handle: takeOrders(recorded),
      isTransient: isUnavailable,
      deadLetters: openSender(kafka),
      health: health.signal('intake'),
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
      billingApi(
        {
          open: openAccountIn(database),
          deposit: batcher(recorded),
          read: readAccount(findAccount(database), config.BALANCE_DEADLINE_MS),
        },
        { log, observe: observeRequest, isUnavailable },
      ),
      { ...listening, port: config.PORT },
    ),
    announceStop(health, config.STOP_LINGER_MS),
  ],
})
