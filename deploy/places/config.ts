import * as v from 'valibot'
import {
  certificatesFile,
  choice,
  fileOf,
  optionalVariable,
  variable,
} from '../../shared/config.ts'
import type { Connection } from '../../shared/connection.ts'
import { databaseUrl } from '../../shared/database-config.ts'
import { kafkaConfig } from '../../shared/kafka/config.ts'
import { topicPartitions } from '../../shared/service-config.ts'

const urlOf = (service: string) =>
  variable(
    databaseUrl,
    `postgres://${service}:${service}@127.0.0.1:54320/${service}`,
    `The database of ${service}, as the owner of its tables; to verify, as the auditor`,
  )

const databases = v.pipe(
  v.object({
    ORDER_DATABASE_URL: urlOf('order'),
    ORDER_DATABASE_URL_FILE: fileOf('ORDER_DATABASE_URL'),
    BILLING_DATABASE_URL: urlOf('billing'),
    BILLING_DATABASE_URL_FILE: fileOf('BILLING_DATABASE_URL'),
    NOTIFICATION_DATABASE_URL: urlOf('notification'),
    NOTIFICATION_DATABASE_URL_FILE: fileOf('NOTIFICATION_DATABASE_URL'),
    DATABASE_TLS: variable(
      choice('off', 'verify'),
      'off',
      'With `verify`, TLS; the server’s certificate and name are verified',
    ),
    DATABASE_CA_FILE: optionalVariable(
      certificatesFile,
      'Who may sign that certificate, in PEM; else the authorities that Bun knows',
    ),
  }),
  v.transform((read) => {
    const ca = read.DATABASE_CA_FILE
    const tls = read.DATABASE_TLS === 'verify' && { tls: ca === undefined ? {} : { ca } }
    const at = (url: string): Connection => ({ url, ...tls })
    return {
      databases: {
        order: at(read.ORDER_DATABASE_URL),
        billing: at(read.BILLING_DATABASE_URL),
        notification: at(read.NOTIFICATION_DATABASE_URL),
      },
    }
  }),
)

/** Where an operator's tools find the system. The defaults fit `bun run up`. */
export const placesConfig = v.intersect([
  kafkaConfig,
  databases,
  v.object({ TOPIC_PARTITIONS: topicPartitions }),
])
