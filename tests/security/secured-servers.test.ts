import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import postgres from 'postgres'
import { openAuthority } from '../../deploy/certificates.ts'
import { ADMIN } from '../../deploy/local/kafka-security.ts'
import type { PrivatePostgres } from '../support/postgres.ts'
import {
  authority,
  passwordOf,
  type SecuredBroker,
  securedBroker,
  securedPostgres,
} from '../support/secured.ts'

/** The doors of the secured servers that the other tests here go through. */

type Tls = boolean | 'verify-full' | { ca: string; servername?: string }

let broker: SecuredBroker
let server: PrivatePostgres
let trusted: string
let stranger: string
beforeAll(async () => {
  ;[broker, server, { certificate: trusted }, { certificate: stranger }] = await Promise.all([
    securedBroker(),
    securedPostgres(),
    authority(),
    openAuthority('a stranger'),
  ])
})
afterAll(() => Promise.all([broker.dispose(), server.dispose()]))

describe('the broker', () => {
  const enter = async (config: Partial<KafkaConfig>): Promise<string> => {
    const kafka = new Kafka({
      brokers: [broker.brokers],
      logLevel: logLevel.NOTHING,
      connectionTimeout: 2_000,
      requestTimeout: 3_000,
      retry: { retries: 0 },
      ...config,
    })
    const admin = kafka.admin()
    try {
      await admin.connect()
      await admin.describeCluster()
      return 'let in'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      await admin.disconnect()
    }
  }
  const as = (username: string, password = passwordOf(username)) => ({
    ssl: { ca: [trusted] },
    sasl: { mechanism: 'scram-sha-512', username, password } as const,
  })

  test.each([
    ['the administrator', () => as(ADMIN), /^let in$/],
    ['a service', () => as('order'), /^let in$/],
    ['a wrong password', () => as('order', 'guessed'), /Authentication failed/],
    ['an unknown user', () => as('mallory', 'guessed'), /Authentication failed/],
    ['nobody in particular', () => ({ ssl: as(ADMIN).ssl }), /SASL|disconnected|Closed/],
    ['no TLS', () => ({ sasl: as(ADMIN).sasl }), /Closed connection|timeout/i],
    [
      'trust in a stranger',
      () => ({ ...as(ADMIN), ssl: { ca: [stranger] } }),
      /verify|certificate/,
    ],
    [
      'a name that is not in the certificate',
      () => ({ ...as(ADMIN), ssl: { ca: [trusted], servername: 'elsewhere' } }),
      /does not match/,
    ],
  ] satisfies [string, () => Partial<KafkaConfig>, RegExp][])(
    '%s',
    async (_who, config, answer) => {
      expect(await enter(config())).toMatch(answer)
    },
  )
})

describe('Postgres', () => {
  const enter = async (ssl: Tls): Promise<string> => {
    const sql = postgres(server.url, { ssl, max: 1, connect_timeout: 5 })
    try {
      const [session] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
      return session?.['ssl'] === true ? 'let in' : 'let in without TLS'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  test.each([
    ['trust in its authority', () => ({ ca: trusted }), /^let in$/],
    ['no TLS', () => false, /no pg_hba.conf entry .* no encryption/],
    ['trust in a stranger', () => ({ ca: stranger }), /verify/],
    ['trust in the machine’s authorities', () => 'verify-full', /verify/],
    [
      'a name that is not in the certificate',
      () => ({ ca: trusted, servername: 'elsewhere' }),
      /does not match/,
    ],
  ] satisfies [string, () => Tls, RegExp][])('%s', async (_who, ssl, answer) => {
    expect(await enter(ssl())).toMatch(answer)
  })
})
