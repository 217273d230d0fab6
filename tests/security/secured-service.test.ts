import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { ADMIN } from '../../deploy/local/kafka-security.ts'
import { openDatabase } from '../../shared/database.ts'
import { openKafka } from '../../shared/kafka/client.ts'
import { openSender } from '../../shared/kafka/sender.ts'
import { openLog } from '../../shared/log.ts'
import type { PrivatePostgres } from '../support/postgres.ts'
import {
  authority,
  passwordOf,
  type SecuredBroker,
  securedBroker,
  securedPostgres,
} from '../support/secured.ts'
import { until } from '../support/until.ts'
import { mountedSecrets, type ServiceProcess, startService } from './service-process.ts'

/** One whole service in a secured world, with every secret in a mounted file. */

const log = openLog('test', 'silent')
const FIRST = 'the-first-password-1'
const SECOND = 'the-second-password-2'

let broker: SecuredBroker
let server: PrivatePostgres
let trusted: string
let secrets: Awaited<ReturnType<typeof mountedSecrets>>
const running: ServiceProcess[] = []

beforeAll(async () => {
  ;[broker, server, { certificate: trusted }, secrets] = await Promise.all([
    securedBroker(),
    securedPostgres(),
    authority(),
    mountedSecrets(),
  ])
  const admin = openKafka(asAdmin()).admin()
  await admin.connect()
  const topics = ['approvedOrderTransaction', 'rejectedOrderTransaction', 'deadLetter']
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })) })
  await admin.disconnect()
}, 120_000)
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
})
afterAll(() => Promise.all([broker.dispose(), server.dispose(), secrets.remove()]))

const asAdmin = () => ({
  clientId: 'test',
  log,
  brokers: [broker.brokers],
  tls: { ca: trusted },
  sasl: { mechanism: 'scram-sha-512', username: ADMIN, password: passwordOf(ADMIN) } as const,
})

const asSuperuser = () =>
  openDatabase({ url: server.url, tls: { ca: trusted } }, { application: 'test', connections: 1 })

/** A role of its own with a database of its own; both have that name. */
const tenant = async (name: string, password: string): Promise<(password: string) => string> => {
  const { sql, close } = asSuperuser()
  await sql.unsafe(`create role ${name} login password '${password}'`)
  await sql.unsafe(`create database ${name} owner ${name}`)
  await close()
  return (given) => `postgres://${name}:${given}@localhost:${server.port}/${name}`
}

const start = async (urlFile: string, password = passwordOf(ADMIN), more = {}) => {
  const ca = await secrets.write('ca.pem', trusted)
  const service = await startService('notification', {
    DATABASE_URL_FILE: urlFile,
    DATABASE_TLS: 'verify',
    DATABASE_CA_FILE: ca,
    KAFKA_BROKERS: broker.brokers,
    KAFKA_TLS: 'verify',
    KAFKA_CA_FILE: ca,
    KAFKA_SASL: 'scram-sha-512',
    KAFKA_USERNAME_FILE: await secrets.write('username', ADMIN),
    KAFKA_PASSWORD_FILE: await secrets.write(crypto.randomUUID(), password),
    TOPIC_PARTITIONS: '1',
    ...more,
  })
  running.push(service)
  return service
}

const messageOf = (service: ServiceProcess, orderId: number) =>
  fetch(`${service.url}/notification-service/notification/${orderId}`)

test('takes a record from the broker and keeps it in the database, all through TLS', async () => {
  const url = await tenant('through', FIRST)
  const service = await start(await secrets.write('through', url(FIRST)))
  await service.ready()

  const sender = openSender(asAdmin())
  const value = JSON.stringify({ orderId: 7, outcome: 'approved' })
  await sender.send([{ topic: 'approvedOrderTransaction', key: 'a', value }])
  await sender.close()
  await until(async () => (await messageOf(service, 7)).status === 200, { what: 'the message' })

  const { sql, close } = asSuperuser()
  const sessions = await sql`
    select ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'through'`
  expect(new Set(sessions.map(({ ssl }) => ssl))).toEqual(new Set([true]))
  await close()
  expect(JSON.stringify(service.lines)).not.toMatch(new RegExp(`${FIRST}|${passwordOf(ADMIN)}`))
}, 120_000)

test('waits for a database that does not let it in, until the mounted file is right', async () => {
  const url = await tenant('late', FIRST)
  const service = await start(await secrets.write('late', url('not-the-password-0')))

  const line = await service.said('waiting for the database')
  expect(line).toMatchObject({ reason: 'password authentication failed for user "late"' })
  expect(await service.status('live')).toBe(200)
  await secrets.write('late', url(FIRST))
  await service.ready()
  expect(service.lines.filter(({ msg }) => msg === 'waiting for the database')).toHaveLength(1)
}, 120_000)

test('outlives a change of its password', async () => {
  const url = await tenant('rotated', FIRST)
  const service = await start(await secrets.write('rotated', url(FIRST)))
  await service.ready()
  expect((await messageOf(service, 8)).status).toBe(404)

  const { sql, close } = asSuperuser()
  await sql.unsafe(`alter role rotated password '${SECOND}'`)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rotated'`
  await close()
  await until(async () => (await messageOf(service, 8)).status === 503, { what: 'to be shut out' })
  await secrets.write('rotated', url(SECOND))
  await until(async () => (await messageOf(service, 8)).status === 404, { what: 'to be let in' })
}, 120_000)

test('waits for a broker that does not let it in, and says why', async () => {
  const url = await tenant('unheard', FIRST)
  const service = await start(await secrets.write('unheard', url(FIRST)), 'not-the-password-0')

  const { reason } = await service.said('waiting for the topics')
  expect(reason).toMatch(/^SASL SCRAM SHA512 authentication failed/)
  expect(await service.status('ready')).toBe(503)
  expect(JSON.stringify(service.lines)).not.toContain('not-the-password-0')
}, 120_000)
