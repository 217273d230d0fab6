import { expect, test } from 'bun:test'
import { register } from 'prom-client'
import { observeBacklog } from './backlog.ts'

const valueOf = async (name: string): Promise<number | undefined> =>
  (await register.getSingleMetric(name)?.get())?.values[0]?.value

test('the backlog is told by the ids of its ends, and ages while nobody looks', async () => {
  let now = 5_000
  observeBacklog({ first: 11n, last: 20n, age: 1.5 }, () => now)
  expect(await valueOf('outbox_rows')).toBe(10)
  expect(await valueOf('outbox_oldest_seconds')).toBe(1.5)
  now += 30_000
  expect(await valueOf('outbox_oldest_seconds')).toBe(31.5)
})

test('an empty outbox has no rows and no age', async () => {
  observeBacklog(undefined)
  expect(await valueOf('outbox_rows')).toBe(0)
  expect(await valueOf('outbox_oldest_seconds')).toBe(0)
})
