import * as v from 'valibot'
import { choice, integer, port, variable } from './config.ts'
import { databaseConfig } from './database-config.ts'
import { kafkaConfig } from './kafka/config.ts'
import { tracingConfig } from './tracing/config.ts'

/** The variables that every service reads, and its own; the defaults fit the local system. */
export const serviceConfig = <const E extends v.ObjectEntries>(
  name: string,
  defaults: { port: string; opsPort: string },
  own: E,
) =>
  v.intersect([
    v.object({
      HOST: variable(v.string(), '127.0.0.1', 'Address to listen on'),
      PORT: variable(port, defaults.port, 'Port of the API'),
      OPS_PORT: variable(port, defaults.opsPort, 'Port of /live, /ready and /metrics'),
    }),
    databaseConfig(
      `postgres://${name}:${name}@127.0.0.1:54320/${name}`,
      'The service’s own Postgres database',
    ),
    v.object({
      DATABASE_CONNECTIONS: variable(integer(3, 100), '10', 'Connections to it, at most'),
      MIGRATIONS: variable(
        choice('apply', 'await'),
        'apply',
        'Bring its schema to this build, or wait until another process has done so',
      ),
    }),
    kafkaConfig,
    v.object({
      TOPIC_PARTITIONS: topicPartitions,
      LOG_LEVEL: logLevel,
      STOP_LINGER_MS: stopLinger,
    }),
    tracingConfig(name),
    v.object(own),
  ])

export const topicPartitions = variable(
  integer(1, 1_000),
  '4',
  'Partitions of every topic; refused when the topics differ',
)

export const logLevel = variable(
  choice('debug', 'info', 'warn', 'error'),
  'info',
  'Least severe lines to write',
)

const stopLinger = variable(
  integer(0, 20_000),
  '0',
  'Milliseconds to serve on after SIGTERM, unready, for load balancers that learn it late',
)

/** When what was accepted but not done is sent again. Longer than any transaction may take. */
export const sweepAfter = variable(
  integer(1_000, 3_600_000),
  '15000',
  'Milliseconds after which what was accepted but is not done is sent again',
)
