import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { SERVICES, type ServiceName } from '../../deploy/local/services.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { type PrivateBroker, privateBroker } from '../support/broker.ts'
import { freshDatabase } from '../support/postgres.ts'
import { runContainer } from './container.ts'
import { isRigMissing, rig } from './rig.ts'
import { runService, type Service } from './service.ts'

/** The three services run from their images, as hardened as in a cluster, on a real broker. */

setDefaultTimeout(240_000)

const check = test.skipIf(isRigMissing)
const STOP_DEADLINE_S = 10

let broker: PrivateBroker | undefined
const running = new Map<ServiceName, Service & { databaseUrl: string }>()
const service = (name: ServiceName) => {
  const found = running.get(name)
  if (found === undefined) throw new Error(`${name} was not started`)
  return found
}

beforeAll(async () => {
  if (isRigMissing) return
  await rig().images()
  broker = await privateBroker()
  const { brokers } = broker
  const provisioning = await runContainer({
    target: 'operations',
    command: ['/app/provision.js'],
    environment: { KAFKA_BROKERS: brokers, TOPIC_REPLICATION_FACTOR: '1' },
  })
  expect([await provisioning.exited, provisioning.output()]).toEqual([0, expect.any(String)])
  for (const { name } of SERVICES) {
    const databaseUrl = await freshDatabase()
    const environment = { DATABASE_URL: databaseUrl, KAFKA_BROKERS: brokers }
    running.set(name, { ...(await runService(name, environment)), databaseUrl })
  }
})
afterAll(async () => {
  await Promise.all([...running.values()].map(({ container }) => container().stop(STOP_DEADLINE_S)))
  await broker?.dispose()
})

describe.each(SERVICES.map(({ name, prefix }) => [name, prefix] as const))('%s', (name, prefix) => {
  check('becomes ready with nothing to write to but /tmp, and nothing allowed', async () => {
    expect(await service(name).problem()).toBeUndefined()
  })

  check('shows its page and its document without the internet', async () => {
    expect(await service(name).problem()).toBeUndefined()
    const { url } = service(name)
    const html = await (await fetch(`${url}${prefix}/docs`)).text()
    const files = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path = '']) => path)
    expect(files).toHaveLength(4)
    for (const file of files) {
      const answer = await fetch(url + file)
      expect([file, answer.status, (await answer.bytes()).length > 100]).toEqual([file, 200, true])
    }
    const document: unknown = await (await fetch(`${url}${prefix}/openapi.json`)).json()
    expect(document).toMatchObject({ openapi: '3.1.0' })
  })

  check('applied the migrations that its image carries', async () => {
    expect(await service(name).problem()).toBeUndefined()
    const applied = await withSql(service(name).databaseUrl, 10_000, (sql) =>
      sql.unsafe('select hash from drizzle.__drizzle_migrations'),
    )
    expect(applied.length).toBeGreaterThan(0)
  })

  check('stops at SIGTERM in time and in peace, and starts again', async () => {
    const { problem, container, startAgain } = service(name)
    expect(await problem()).toBeUndefined()
    const startedAt = performance.now()
    await container().stop(STOP_DEADLINE_S + 5)
    expect(performance.now() - startedAt).toBeLessThan(STOP_DEADLINE_S * 1_000)
    expect(await container().exited).toBe(0)
    expect(container().output()).toContain('"msg":"stopped"')
    await startAgain()
    expect(await problem()).toBeUndefined()
  })

  check('ends with 78 when it is configured wrongly', async () => {
    const environment = { DATABASE_URL: 'mysql://nowhere' }
    const wrong = await runContainer({ target: name, environment })
    expect(await wrong.exited).toBe(78)
    expect(wrong.output()).toContain('DATABASE_URL')
    expect(wrong.output()).not.toContain('nowhere')
  })
})

describe('operations', () => {
  check('places a real order through the services', async () => {
    for (const { name } of SERVICES) expect(await service(name).problem()).toBeUndefined()
    const environment = {
      ORDER_URL: service('order').url,
      BILLING_URL: service('billing').url,
      NOTIFICATION_URL: service('notification').url,
    }
    const smoke = await runContainer({ target: 'operations', environment })
    const code = await smoke.exited
    expect([code, smoke.output()]).toEqual([0, expect.stringContaining('ok: the balance is 6')])
  })

  check('fails when a service does not do its part', async () => {
    expect(await service('order').problem()).toBeUndefined()
    const { url } = service('order')
    // The order service in place of billing: it answers, but opens no account.
    const environment = { ORDER_URL: url, BILLING_URL: url, NOTIFICATION_URL: url }
    const smoke = await runContainer({ target: 'operations', environment })
    expect(await smoke.exited).toBe(1)
    expect(smoke.output()).toContain('failed: not seen: opened account')
  })

  check('ends with 78 when it is not told where the services are', async () => {
    const smoke = await runContainer({ target: 'operations', environment: {} })
    expect(await smoke.exited).toBe(78)
    expect(smoke.output()).toContain('BILLING_URL: is missing')
  })
})
