import { describe, expect, test } from 'bun:test'
import { Counter, Registry } from 'prom-client'
import { openHealth } from '../health.ts'
import { openLog } from '../log.ts'
import { opsApi } from './ops.ts'

const open = () => {
  const health = openHealth()
  const registry = new Registry()
  const app = opsApi({ health, registry, log: openLog('ops', 'silent') })
  const ask = (path: string, method = 'GET') =>
    app.handle(new Request(`http://localhost${path}`, { method }))
  return { health, registry, ask }
}

describe('the ops port', () => {
  test('is live before it is ready', async () => {
    const { health, ask } = open()
    const database = health.signal('database')
    expect((await ask('/live')).status).toBe(200)
    const early = await ask('/ready')
    expect(early.status).toBe(503)
    expect(await early.json()).toMatchObject({
      ready: false,
      checks: [{ name: 'process' }, { name: 'database', up: false, reason: 'starting' }],
    })
    database.up()
    expect((await ask('/ready')).status).toBe(200)
    health.stopping()
    expect((await ask('/ready')).status).toBe(503)
    expect((await ask('/live')).status).toBe(200)
  })

  test('shows the metrics as Prometheus wants them', async () => {
    const { registry, ask } = open()
    new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3)
    const response = await ask('/metrics')
    expect(response.headers.get('content-type')).toBe(registry.contentType)
    expect(await response.text()).toContain('things_total 3')
  })

  test.each([
    ['POST', '/ready', 405],
    ['GET', '/ready/', 404],
    ['GET', '/ready?x=1', 400],
    ['GET', '/%72eady', 400],
    ['GET', '/', 404],
    ['HEAD', '/live', 200],
  ])('is as strict as any: %s %s is %i', async (method, path, status) => {
    expect((await open().ask(path, method)).status).toBe(status)
  })
})
