import { describe, expect, test } from 'bun:test'
import type { Deed } from '../nemesis/nemesis.ts'
import { render } from './render.ts'
import { type Findings, holds, reportOf } from './report.ts'
import { fencedIn, type Sightings, sightingsOf, unseen } from './sightings.ts'

const EVERYTHING: Sightings = {
  fencedProducers: 1,
  droppedDuplicates: 1,
  rejectedOrders: 1,
  replayedHashes: 1,
  refusedHashes: 1,
  endTxnLostButCommitted: 1,
  endTxnLostAndNotCommitted: 1,
  abortedRecords: 1,
}

const deeds: Deed[] = [
  { fault: { fault: 'kill', targets: ['billing-1', 'billing-2'], downMs: 0 }, hits: 2 },
  { fault: { fault: 'kill', targets: ['broker'], downMs: 0 }, hits: 1 },
  { fault: { fault: 'restart', targets: ['postgres'] }, hits: 1 },
  { fault: { fault: 'freeze', targets: ['order-1'], forMs: 8_000 }, hits: 1 },
  { fault: { fault: 'freeze', targets: ['order-1'], forMs: 12_000 }, hits: 1 },
  { fault: { fault: 'lose', api: 'EndTxn', way: 'reply', times: 3, waitMs: 1 }, hits: 2 },
  { fault: { fault: 'cut', network: 'kafka', times: 3, everyMs: 1 }, hits: 0, failure: 'no' },
  {
    fault: {
      fault: 'crash-point',
      service: 'billing',
      point: 'relay.sent',
      nth: 1,
      action: 'kill',
      forMs: 0,
      waitMs: 1,
    },
    hits: 1,
  },
]

const findings = (over: Partial<Findings> = {}): Findings => ({
  seed: 7,
  commit: 'abc',
  seconds: { load: 10 },
  loadSeconds: 10,
  plan: [{ atMs: 0, restMs: 0, faults: deeds.map(({ fault }) => fault) }],
  deeds,
  recoveries: [
    { cause: 'kill', targets: ['billing-1'], firstMs: 100, ownersMs: 7_000 },
    { cause: 'kill', targets: ['order-1'], firstMs: 20 },
    { cause: 'kill', targets: ['order-1', 'postgres'], firstMs: 8_000, ownersMs: 8_100 },
    { cause: 'restart', targets: ['billing-2'], firstMs: 300, ownersMs: 400 },
    { cause: 'restart', targets: ['broker'], firstMs: 9_000, ownersMs: 9_000 },
  ],
  counts: { ok: 900, failed: 90, unknown: 10, byType: {} },
  sightings: EVERYTHING,
  violations: [],
  ...over,
})

describe('a report', () => {
  test('counts what was planned, done and hit', () => {
    const { faults, points, totals, operations } = reportOf(findings())
    expect(faults).toContainEqual({ name: 'lose EndTxn (reply)', planned: 1, done: 1, hits: 2 })
    expect(faults).toContainEqual({ name: 'cut kafka', planned: 1, done: 0, hits: 0 })
    expect(points).toEqual([{ name: 'relay.sent of billing', planned: 1, done: 1, hits: 1 }])
    expect(totals).toEqual({
      kills: 4,
      sleepsOverSession: 2,
      sleepsOverTransaction: 1,
      postgresRestarts: 1,
      brokerRestarts: 1,
      networkFaults: 2,
    })
    expect(operations.perSecond).toBe(99)
  })
  test('tells recoveries of services, from what they stand on, and from restarts apart', () => {
    const { recoveries } = reportOf(findings())
    expect(recoveries.services.first).toMatchObject({ samples: 2, p50: 20, max: 100 })
    expect(recoveries.services.owners).toMatchObject({ samples: 1, max: 7_000 })
    expect(recoveries.surroundings.first).toMatchObject({ samples: 1, max: 8_000 })
    expect(recoveries.restarts.first).toMatchObject({ samples: 1, max: 300 })
  })
  test('holds without a violation when everything was seen', () => {
    const report = reportOf(findings())
    expect(holds(report)).toBe(true)
    expect(render(report)).toContain('✔ seed 7: nothing lost, nothing doubled')
  })
  test('does not hold with a violation, and names it', () => {
    const violation = {
      invariant: 'lost-write',
      account: 'hot',
      detail: 'gone',
      records: ['a/0@1'],
    }
    const report = reportOf(findings({ violations: [violation] }))
    expect(holds(report)).toBe(false)
    expect(render(report)).toContain('✗ lost-write: account hot: gone: a/0@1')
  })
})

describe('a run is vacuous when it never saw', () => {
  test.each(Object.keys(EVERYTHING))('%s', (name) => {
    const report = reportOf(findings({ sightings: { ...EVERYTHING, [name]: 0 } }))
    expect(report.vacuous.length).toBe(1)
    expect(holds(report)).toBe(false)
    expect(render(report)).toContain('vacuous')
  })
})

test('a run that saw everything is not vacuous', () => {
  expect(unseen(EVERYTHING)).toEqual([])
})

describe('a fenced producer', () => {
  const line = (second: number, partition: number, msg: string, code?: number) =>
    JSON.stringify({
      time: new Date(second * 1_000).toISOString(),
      partition,
      msg,
      ...(code && { error: { code } }),
    })
  const taken = (second: number, partition = 0) => line(second, partition, 'partition taken over')
  const failed = (second: number, code: number, partition = 0) =>
    line(second, partition, 'the partition starts over', code)
  test.each([
    ['was replaced', [[taken(1), failed(9, 47)], [taken(8)]], 1],
    ['was too slow', [[taken(1), failed(9, 47)], []], 0],
    ['was replaced elsewhere', [[taken(1), failed(9, 90)], [taken(8, 1)]], 0],
    ['failed otherwise', [[taken(1), failed(9, 7)], [taken(8)]], 0],
    ['came back first', [[taken(1), taken(9), failed(10, 90)], [taken(8)]], 0],
  ])('is one that %s', (_case, logs, expected) => {
    expect(fencedIn(logs.map((lines) => lines.join('\n')))).toBe(expected)
  })
})

test('sightings come from logs, counters, answers, the proxy and the dump', () => {
  const loss = (way: 'request' | 'reply', outcome: 'unseen' | 'done', commit = true) => ({
    at: 1,
    way,
    outcome,
    call: {
      api: 'EndTxn' as const,
      version: 1,
      clientId: undefined,
      transactionalId: 'a',
      groupId: undefined,
      commit,
    },
  })
  const record = { topic: 'order', partition: 0, offset: 1, key: 'a', value: 'b', timestamp: 0 }
  const sightings = sightingsOf({
    logs: [],
    droppedDuplicates: 3,
    counts: {
      ok: 0,
      failed: 0,
      unknown: 0,
      byType: { 'deposit operation_repeated': 2, 'order order_exists': 1, 'order hash_reused': 4 },
    },
    losses: [loss('request', 'unseen'), loss('reply', 'done'), loss('reply', 'done', false)],
    dump: {
      topics: { order: { committed: [], uncommitted: [record] } },
      tables: { orders: [{ status: 'FAILED' }, { status: 'COMPLETE' }] },
    } as never,
  })
  expect(sightings).toEqual({
    fencedProducers: 0,
    droppedDuplicates: 3,
    rejectedOrders: 1,
    replayedHashes: 3,
    refusedHashes: 4,
    endTxnLostButCommitted: 1,
    endTxnLostAndNotCommitted: 1,
    abortedRecords: 1,
  })
})
