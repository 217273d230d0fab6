import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { SERVICES, type ServiceName } from '../../deploy/local/services.ts'
import { authorityFile, kafkaEnvironment, sharedBroker } from '../security/provisioned.ts'
import { databaseEnvironment } from '../security/service-database.ts'
import { type ContainerOptions, runContainer } from './container.ts'
import { isRigMissing, rig } from './rig.ts'
import { runService, type Service } from './service.ts'

/**
 * The three services run from their images as in a locked-down cluster: hardened, with the least
 * rights, over TLS, on a real broker and a real Postgres.
 */

setDefaultTimeout(240_000)

const check = test.skipIf(isRigMissing)
const STOP_DEADLINE_S = 10

const running = new Map<ServiceName, Service>()
const service = (name: ServiceName): Service => {
  const found = running.get(name)
  if (found === undefined) throw new Error(`${name} was not started`)
  return found
}

/** A program of an image that has to end well. */
const runToEnd = async (options: ContainerOptions): Promise<string> => {
  const program = await runContainer({ ...options, files: [await authorityFile()] })
  const code = await program.exited
  if (code !== 0) throw new Error(`${options.target} ended with ${code}:\n${program.output()}`)
  return program.output()
}

/** In the order of a deployment: topics and rights, tables and rights, services. */
beforeAll(async () => {
  if (isRigMissing) return
  await rig().images()
  const { brokers } = await sharedBroker()
  await runToEnd({
    target: 'operations',
    command: ['/app/provision.js'],
    environment: { ...(await kafkaEnvironment('provisioner', brokers)), KAFKA_ACLS: 'apply' },
  })
  for (const { name } of SERVICES) {
    await runToEnd({
      target: name,
      command: ['/app/migrate.js'],
      environment: {
        ...(await databaseEnvironment(name, 'migrator')),
        DATABASE_APP_ROLE: `${name}_app`,
        DATABASE_AUDITOR_ROLE: `${name}_auditor`,
      },
    })
    const environment = {
      ...(await databaseEnvironment(name, 'app')),
      ...(await kafkaEnvironment(name, brokers)),
      MIGRATIONS: 'await',
    }
    const files = [await authorityFile()]
    running.set(name, await runService({ target: name, environment, files }))
  }
})
afterAll(() =>
  Promise.all([...running.values()].map(({ container }) => container().stop(STOP_DEADLINE_S))),
)

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

  check('waits in an init container for the migrations that its image carries', async () => {
    const output = await runToEnd({
      target: name,
      command: ['/app/migrate.js', '--await'],
      environment: await databaseEnvironment(name, 'app'),
    })
    expect(output).toContain('the migrations of this build are applied')
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
