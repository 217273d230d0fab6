import * as v from 'valibot'
import { choice, integer, readConfig } from '../../shared/config.ts'
import { databaseUrl } from '../../shared/database-config.ts'
import { brokerList } from '../../shared/kafka/config.ts'

/** What `up` reads from the environment. */
export type Settings = {
  /** Of the gateway. */
  port: number | undefined
  brokers: string | undefined
  adminUrl: string | undefined
  partitions: number
  logLevel: string
}

const settings = v.object({
  PORT: v.optional(integer(1, 65_535)),
  KAFKA_BROKERS: v.optional(brokerList),
  DATABASE_URL: v.optional(databaseUrl),
  TOPIC_PARTITIONS: v.optional(integer(1, 1_000), '4'),
  LOG_LEVEL: v.optional(choice('debug', 'info', 'warn', 'error'), 'info'),
})

/** Throws a ConfigError that names what is malformed. An empty variable counts as left out. */
export const readSettings = (environment: Record<string, string | undefined>): Settings => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const config = readConfig(settings, given)
  return {
    port: config.PORT,
    brokers: config.KAFKA_BROKERS?.join(','),
    adminUrl: config.DATABASE_URL,
    partitions: config.TOPIC_PARTITIONS,
    logLevel: config.LOG_LEVEL,
  }
}
