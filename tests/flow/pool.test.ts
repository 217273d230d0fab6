import { expect, test } from 'bun:test'
import { Registry } from 'prom-client'
import { openDatabase } from '../../shared/database.ts'
import { exposePool } from '../../shared/database-metrics.ts'
import { freshDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'

/** What the metrics say of a pool. */

const open = async (connections: number) => {
  const url = await freshDatabase()
  const database = openDatabase({ url }, { application: 'pool-test', connections })
  const registry = new Registry()
  const end = exposePool(database, registry)
  const samples = async (): Promise<Map<string, number>> => {
    const lines = (await registry.metrics()).split('\n').filter((line) => /^[a-z]/.test(line))
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    )
  }
  return { database, end, registry, samples }
}
const of = (state: string) => `database_sessions{state="${state}"}`

test('sessions are counted by what they do, the one that asks as idle', async () => {
  const { database, samples } = await open(3)
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = database.sql.begin(async (tx) => {
    await tx`select 1`
    await promise
  })
  const slow = database.sql`select pg_sleep(3)`.execute()
  await until(async () => (await samples()).get(of('idle in transaction')) === 1, {
    what: 'the open transaction to be seen',
  })
  await until(async () => (await samples()).get(of('active')) === 1, {
    what: 'the slow statement to be seen',
  })
  expect((await samples()).get(of('idle'))).toBe(1)
  resolve()
  await Promise.all([held, slow])
  await database.close()
})

test('a pool without a free connection shows in the wait, and the scrape is answered', async () => {
  const { database, samples } = await open(1)
  const slow = database.sql`select pg_sleep(3)`.execute()
  const seen = await samples()
  expect(seen.get('database_wait_seconds')).toBeGreaterThan(1.9)
  expect(seen.has(of('idle'))).toBe(false)
  await slow
  expect((await samples()).get(of('idle'))).toBe(1)
  await database.close()
})

test('a service that stops leaves nothing registered', async () => {
  const { database, end, registry } = await open(1)
  end()
  expect(registry.getMetricsAsArray()).toEqual([])
  await database.close()
})
