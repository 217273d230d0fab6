import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { httpAsk } from '../../deploy/ask.ts'
import { CLAIM } from '../../deploy/local/claim.ts'
import { layout, makeFolders } from '../../deploy/local/folder.ts'
import { clientSecurity } from '../../deploy/local/kafka-security.ts'
import { freePort } from '../../deploy/local/ports.ts'
import { launchService, SERVICES, type Service, serviceReady } from '../../deploy/local/services.ts'
import type { Running } from '../../deploy/local/unit.ts'
import { placeRealOrder } from '../../deploy/real-order.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { outcomeOf, produce } from './kafka-moves.ts'
import { kafkaEnvironment, type ProvisionedBroker, provisionedBroker } from './provisioned.ts'
import { databaseEnvironment, migratedServer, openAs } from './service-database.ts'

/** The real services, each with the rights of its principal and its role and not one more. */

const START_MS = 120_000
const READY_MS = 60_000

let broker: ProvisionedBroker
let folder: TemporaryFolder
const services = new Map<string, Service>()
const running: Running[] = []

beforeAll(async () => {
  ;[broker, folder] = await Promise.all([provisionedBroker(), temporaryFolder(), migratedServer()])
  await makeFolders(layout(folder.path))
  await Promise.all(SERVICES.map(start))
}, START_MS)
afterAll(async () => {
  await Promise.all(running.map(({ stop }) => stop()))
  await Promise.all([broker.dispose(), folder.remove()])
}, START_MS)

const start = async ({ name, prefix }: (typeof SERVICES)[number]): Promise<void> => {
  const [port, opsPort] = [await freePort(), await freePort()]
  const service: Service = {
    name,
    prefix,
    url: `http://127.0.0.1:${port}`,
    opsUrl: `http://127.0.0.1:${opsPort}`,
    logFile: join(folder.path, `${name}.log`),
  }
  const environment = {
    NODE_ENV: 'production',
    ...(await kafkaEnvironment(name, broker.brokers)),
    ...(await databaseEnvironment(name, 'app')),
    MIGRATIONS: 'await',
    SWEEP_AFTER_MS: '1000',
    LOG_LEVEL: 'debug',
  }
  const claimFile = join(layout(folder.path).processes, `${name}${CLAIM}`)
  const process = await launchService(service, environment, claimFile)(new AbortController().signal)
  running.push(process)
  services.set(name, service)
  await serviceReady(service, { exited: () => process.child.exited }, READY_MS)
}

const urlOf = (name: string): string => services.get(name)?.url ?? 'http://nowhere.invalid'

const placeOrder = async (account: string): Promise<string[]> => {
  const done: string[] = []
  await placeRealOrder({
    origins: {
      order: urlOf('order'),
      billing: urlOf('billing'),
      notification: urlOf('notification'),
    },
    ask: httpAsk,
    account,
    deadlineMs: 30_000,
    onStep: ({ what }) => done.push(what),
  })
  return done
}

test('take money and orders, decide them, and tell of them', async () => {
  expect((await placeOrder('rights-1')).at(-1)).toBe('the balance is 6')
})

test('set aside what they cannot act on', async () => {
  const access = (user: string) => ({
    brokers: [broker.brokers],
    ...clientSecurity(broker.security, user),
  })
  // Of an order billing's intake, of a transaction the ledger, of an outcome its two readers.
  expect(await outcomeOf(access('order'), produce('order'))).toBe('allowed')
  expect(await outcomeOf(access('billing'), produce('bankTransaction'))).toBe('allowed')
  expect(await outcomeOf(access('billing'), produce('approvedOrderTransaction'))).toBe('allowed')

  const admin = new Kafka({ ...access('auditor'), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const letters = async () => {
    const partitions = await admin.fetchTopicOffsets('deadLetter')
    return partitions.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
  }
  await until(async () => (await letters()) >= 4, { what: 'four dead letters' })
  await admin.disconnect()
})

test('sweep what was accepted', async () => {
  await placeOrder('rights-2')
  const sql = await openAs('billing', 'auditor')
  await until(async () => (await sql`select from sweeps`).length > 0, { what: 'a sweep' })
  await sql.end({ timeout: 1 })
})

/** Whatever they did so far: kafkajs and Postgres tell of every refusal at this level. */
afterEach(() => {
  for (const { name, logFile } of services.values()) {
    const refusals = readFileSync(logFile, 'utf8')
      .split('\n')
      .filter((line) => /AUTHORIZATION_FAILED|not authorized|permission denied|42501/i.test(line))
    expect({ name, refusals }).toEqual({ name, refusals: [] })
  }
})
