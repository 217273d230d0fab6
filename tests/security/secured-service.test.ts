import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { httpAsk } from '../../deploy/ask.ts'
import type { ServiceName } from '../../deploy/local/services.ts'
import { placeRealOrder } from '../../deploy/real-order.ts'
import { openDatabase } from '../../shared/database.ts'
import type { PrivatePostgres } from '../support/postgres.ts'
import { authority, passwordOf, securedPostgres } from '../support/secured.ts'
import { until } from '../support/until.ts'
import { type ProvisionedBroker, provisionedBroker } from './provisioned.ts'
import { mountedSecrets, type ServiceProcess, startService } from './service-process.ts'

/** Whole services in a secured world, each as its own user, every secret in a mounted file. */

const FIRST = 'the-first-password-1'
const SECOND = 'the-second-password-2'

let broker: ProvisionedBroker
let server: PrivatePostgres
let trusted: string
let secrets: Awaited<ReturnType<typeof mountedSecrets>>
const running: ServiceProcess[] = []

beforeAll(async () => {
  ;[broker, server, { certificate: trusted }, secrets] = await Promise.all([
    provisionedBroker(),
    securedPostgres(),
    authority(),
    mountedSecrets(),
  ])
}, 120_000)
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
})
afterAll(() => Promise.all([broker.dispose(), server.dispose(), secrets.remove()]))

const asSuperuser = () =>
  openDatabase({ url: server.url, tls: { ca: trusted } }, { application: 'test', connections: 1 })

/** A role of its own with a database of its own; both have that name. */
const tenant = async (name: string, password: string): Promise<(password: string) => string> => {
  const { sql, close } = asSuperuser()
  await sql.unsafe(`create role "${name}" login password '${password}'`)
  await sql.unsafe(`create database "${name}" owner "${name}"`)
  await close()
  return (given) => `postgres://${name}:${given}@localhost:${server.port}/${name}`
}

type Settings = { name?: ServiceName; urlFile: string; password?: string; lingerMs?: number }

const start = async ({ name = 'notification', urlFile, ...settings }: Settings) => {
  const { password = passwordOf(name), lingerMs = 0 } = settings
  const ca = await secrets.write('ca.pem', trusted)
  const service = await startService(name, {
    DATABASE_URL_FILE: urlFile,
    DATABASE_TLS: 'verify',
    DATABASE_CA_FILE: ca,
    KAFKA_BROKERS: broker.brokers,
    KAFKA_TLS: 'verify',
    KAFKA_CA_FILE: ca,
    KAFKA_SASL: 'scram-sha-512',
    KAFKA_USERNAME_FILE: await secrets.write(`username-${name}`, name),
    KAFKA_PASSWORD_FILE: await secrets.write(crypto.randomUUID(), password),
    STOP_LINGER_MS: String(lingerMs),
  })
  running.push(service)
  return service
}

const messageOf = (service: ServiceProcess, orderId: number) =>
  fetch(`${service.url}/notification-service/notification/${orderId}`)

test('a real order goes through all three, through TLS and with the rights of a deployment', async () => {
  const startAs = async (name: ServiceName) => {
    const url = await tenant(name, FIRST)
    return start({ name, urlFile: await secrets.write(name, url(FIRST)) })
  }
  const [order, billing, notification] = await Promise.all([
    startAs('order'),
    startAs('billing'),
    startAs('notification'),
  ])
  const services = [order, billing, notification]
  await Promise.all(services.map(({ ready }) => ready()))
  await placeRealOrder({
    origins: { order: order.url, billing: billing.url, notification: notification.url },
    ask: httpAsk,
    account: 'secured',
    deadlineMs: 30_000,
    onStep: () => {},
  })

  const { sql, close } = asSuperuser()
  const sessions = await sql`
    select distinct usename, ssl from pg_stat_ssl join pg_stat_activity using (pid)
    where usename in ('order', 'billing', 'notification') order by usename`
  expect([...sessions]).toEqual([
    { usename: 'billing', ssl: true },
    { usename: 'notification', ssl: true },
    { usename: 'order', ssl: true },
  ])
  await close()
  const lines = services.flatMap((service) => service.lines)
  expect(lines.filter(({ msg }) => msg.startsWith('the broker refuses'))).toEqual([])
  expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${FIRST}|-of-the-tests`))
}, 180_000)

test('waits for a database that does not let it in, until the mounted file is right', async () => {
  const url = await tenant('late', FIRST)
  const service = await start({
    urlFile: await secrets.write('late', url('not-the-password-0')),
  })

  const line = await service.said('waiting for the database')
  expect(line).toMatchObject({ reason: 'password authentication failed for user "late"' })
  expect(await service.status('live')).toBe(200)
  await secrets.write('late', url(FIRST))
  await service.ready()
  expect(service.lines.filter(({ msg }) => msg === 'waiting for the database')).toHaveLength(1)
}, 120_000)

test('outlives a change of its password', async () => {
  const url = await tenant('rotated', FIRST)
  const service = await start({ urlFile: await secrets.write('rotated', url(FIRST)) })
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
  const service = await start({
    urlFile: await secrets.write('unheard', url(FIRST)),
    password: 'not-the-password-0',
  })

  const { reason } = await service.said('waiting for the topics')
  expect(reason).toMatch(/^SASL SCRAM SHA512 authentication failed/)
  expect(await service.status('ready')).toBe(503)
  expect(JSON.stringify(service.lines)).not.toContain('not-the-password-0')
}, 120_000)

test('serves on for a while after it is told to stop', async () => {
  const url = await tenant('leaving', FIRST)
  const urlFile = await secrets.write('leaving', url(FIRST))
  const service = await start({ urlFile, lingerMs: 2_000 })
  await service.ready()

  const stopped = service.stop()
  await until(async () => (await service.status('ready')) === 503, { what: 'to be unready' })
  expect((await messageOf(service, 9)).status).toBe(404)
  expect(await stopped).toBe(0)
}, 120_000)
