import * as v from 'valibot'
import { brokerList, databaseUrl, integer, port, variable } from './config.ts'

/** The variables that every service reads; the defaults fit the local system. */
export const serviceConfig = (name: string, defaults: { port: string; opsPort: string }) => ({
  HOST: variable(v.string(), '127.0.0.1', 'Address to listen on'),
  PORT: variable(port, defaults.port, 'Port of the API'),
  OPS_PORT: variable(port, defaults.opsPort, 'Port of /live, /ready and /metrics'),
  DATABASE_URL: variable(
    databaseUrl,
    `postgres://${name}:${name}@127.0.0.1:54320/${name}`,
    'The service’s own Postgres database',
  ),
  DATABASE_CONNECTIONS: variable(integer(3, 100), '10', 'Connections to it, at most'),
  KAFKA_BROKERS: variable(brokerList, '127.0.0.1:19092', 'Brokers as host:port, comma-separated'),
  TOPIC_PARTITIONS: variable(
    integer(1, 1_000),
    '4',
    'Partitions of every topic; refused when the topics differ',
  ),
  LOG_LEVEL: variable(
    v.picklist(['debug', 'info', 'warn', 'error']),
    'info',
    'Least severe lines to write',
  ),
})

/** When what was accepted but not done is sent again. Longer than any transaction may take. */
export const sweepAfter = variable(
  integer(1_000, 3_600_000),
  '15000',
  'Milliseconds after which what was accepted but is not done is sent again',
)
