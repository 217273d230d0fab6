import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TIER_KILLS, tierPlan } from './plan/tier-plan.ts'
import { render } from './report/render.ts'
import { holds, type Report } from './report/report.ts'
import { runFaults } from './run/run.ts'

/**
 * One run of the harness, of few minutes. `FAULTS_SEED=7 bun test tests/faults/faults.test.ts`
 * takes another seed; `bun run faults` takes any, for as long as you like.
 */
const SEED = Number(process.env['FAULTS_SEED'] ?? 1)
const RUN_MS = 8 * 60_000
const CLIENTS = { clients: 12, perSecond: 60 }

let folder: string
let report: Report

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exactly-once-faults-'))
  console.log(`faults: seed ${SEED}`)
  const plan = tierPlan(SEED)
  report = await runFaults({ seed: SEED, plan, folder, load: CLIENTS, say: console.log })
  console.log(render(report))
}, RUN_MS)

afterAll(async () => {
  if (report !== undefined && holds(report)) await rm(folder, { recursive: true })
  else console.log(`the evidence is in ${folder}`)
})

describe('after a system was killed, frozen and cut off while it worked', () => {
  test('nothing that must be true is violated', () => {
    expect(report.violations).toEqual([])
  })
  test('a producer was fenced', () => {
    expect(report.sightings.fencedProducers).toBeGreaterThan(0)
  })
  test('duplicates were delivered, and dropped', () => {
    expect(report.sightings.droppedDuplicates).toBeGreaterThan(0)
  })
  test('orders beyond a balance were rejected', () => {
    expect(report.sightings.rejectedOrders).toBeGreaterThan(0)
  })
  test('a request that was repeated was told that it is done', () => {
    expect(report.sightings.replayedHashes).toBeGreaterThan(0)
  })
  test('a hash that was used for something else was refused', () => {
    expect(report.sightings.refusedHashes).toBeGreaterThan(0)
  })
  test('a lost end of a transaction had committed', () => {
    expect(report.sightings.endTxnLostButCommitted).toBeGreaterThan(0)
  })
  test('a lost end of a transaction had not committed', () => {
    expect(report.sightings.endTxnLostAndNotCommitted).toBeGreaterThan(0)
  })
  test('records of aborted transactions were there for somebody to see', () => {
    expect(report.sightings.abortedRecords).toBeGreaterThan(0)
  })
  test(`${TIER_KILLS} processes or more were killed`, () => {
    expect(report.totals.kills).toBeGreaterThanOrEqual(TIER_KILLS)
  })
  test('the broker and Postgres were taken down', () => {
    expect(report.totals.brokerRestarts).toBeGreaterThan(0)
    expect(report.totals.postgresRestarts).toBeGreaterThan(0)
  })
  test('a process slept through its session, and one through its transaction', () => {
    expect(report.totals.sleepsOverSession).toBeGreaterThan(0)
    expect(report.totals.sleepsOverTransaction).toBeGreaterThan(0)
  })
  test('every fault of the plan was carried out', () => {
    const undone = report.faults.filter(({ planned, done }) => done < planned)
    expect(undone).toEqual([])
  })
  test('there was work going on all the time', () => {
    const { ok, failed, unknown } = report.operations
    expect(ok + failed).toBeGreaterThan(3_000)
    expect(unknown).toBeLessThan((ok + failed + unknown) / 2)
  })
})
