import { afterEach, beforeEach, expect, test } from 'bun:test'
import { until } from '../../tests/support/until.ts'
import { openHealth } from '../health.ts'
import { openLog } from '../log.ts'
import { pause } from '../wait.ts'
import { type Precedence, precedence } from './precedence.ts'
import { project } from './projection.ts'

let owner: Precedence
let table: Precedence
let ending: AbortController
beforeEach(() => {
  owner = precedence()
  table = precedence()
  ending = new AbortController()
})
afterEach(() => ending.abort())

const RECORD = { topic: 'table', partition: 0, key: null, value: null }

const BEHIND_MAX = 1_000n

/** A projection of a log that ends there, and brings one record at a time; counts what it stores. */
const projectionOf = (end: bigint, restMs = 0) => {
  const seen = { stored: 0n }
  const { reached, finished } = project(
    {
      kafka: {
        openReader: async () => ({
          read: async (offset) => {
            await pause(1)
            return { records: [{ ...RECORD, offset }], next: offset + 1n, end, stable: end }
          },
          start: async () => 0n,
          end: async () => end,
          close: async () => {},
        }),
      },
      topic: 'table',
      partition: 0,
      store: {
        checkpoint: async () => 0n,
        store: async (_records, _partition, next) => void (seen.stored = next),
      },
      restMs,
      precedence: owner,
      behindMax: BEHIND_MAX,
      standBackMs: 1_000,
      restoring: table,
      health: openHealth().signal('table'),
      log: openLog('test', 'fatal'),
    },
    ending.signal,
  )
  return { seen, finished, reached: (offset: bigint) => reached(offset, 500, ending.signal) }
}

test('a projection lets an owner that catches up go first, and goes on when it is done', async () => {
  owner.take()
  const { seen, reached } = projectionOf(BEHIND_MAX)
  await reached(1n)
  expect(await reached(2n).catch(String)).toContain('waited 500 ms in vain')
  owner.end()
  await reached(10n)
  expect(seen.stored).toBeGreaterThanOrEqual(10n)
})

test('a projection that is far behind waits for nobody', async () => {
  owner.take()
  const { reached } = projectionOf(BEHIND_MAX + 100n)
  await reached(100n)
  expect(await reached(102n).catch(String)).toContain('waited 500 ms in vain')
})

test('a projection lets a table go first that somebody waits for, however far behind it is', async () => {
  table.take()
  const { reached } = projectionOf(100n * BEHIND_MAX)
  await reached(1n)
  expect(await reached(2n).catch(String)).toContain('waited 500 ms in vain')
  table.end()
  await reached(10n)
})

test('a projection stores what a fetch brings now and then, however long the owner takes', async () => {
  owner.take()
  const { seen } = projectionOf(BEHIND_MAX)
  await until(() => seen.stored >= 3n, { what: 'the third fetch', deadlineMs: 10_000 })
})

test('a projection rests when it has stored all that there was, unless it is to end', async () => {
  const { reached, finished } = projectionOf(1n, 60_000)
  await reached(1n)
  expect(await reached(2n).catch(String)).toContain('waited 500 ms in vain')
  ending.abort()
  await finished
})
