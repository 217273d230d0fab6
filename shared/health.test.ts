import { describe, expect, test } from 'bun:test'
import { announceStop, openHealth } from './health.ts'

const clock = () => {
  let now = 0
  return { now: () => now, pass: (seconds: number) => (now += seconds * 1_000) }
}

describe('health', () => {
  test('is ready once every signal is up', () => {
    const health = openHealth()
    const database = health.signal('database')
    const broker = health.signal('broker')
    expect(health.report().ready).toBe(false)
    database.up()
    expect(health.report().ready).toBe(false)
    broker.up()
    expect(health.report().ready).toBe(true)
    database.down('connection refused')
    expect(health.report()).toMatchObject({
      ready: false,
      checks: [
        { name: 'process', up: true },
        { name: 'database', up: false, reason: 'connection refused' },
        { name: 'broker', up: true },
      ],
    })
  })

  test('tells since when a signal is as it is, however often that is repeated', () => {
    const { now, pass } = clock()
    const signal = openHealth(now)
    const database = signal.signal('database')
    pass(5)
    database.up()
    pass(7)
    database.up()
    expect(signal.report().checks.map(({ sinceSeconds }) => sinceSeconds)).toEqual([12, 7])
  })

  test('is not ready any more as soon as the process begins to stop', async () => {
    const health = openHealth()
    const stop = await announceStop(health).start(new AbortController().signal)
    expect(health.report().ready).toBe(true)
    await stop()
    expect(health.report()).toMatchObject({ ready: false, checks: [{ reason: 'stopping' }] })
  })

  test('has each name once', () => {
    const health = openHealth()
    health.signal('database')
    expect(() => health.signal('database')).toThrow('there is a signal database already')
  })
})
