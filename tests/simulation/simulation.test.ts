import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { CRASH_POINTS } from '../../shared/crash-point.ts'
import { BUGS } from '../planted/bugs.ts'
import { buildWith } from '../planted/build.ts'
import { lookInSimulation } from '../planted/in-simulation.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { scenarioOf } from './run/generate.ts'
import { simulateApart } from './run/seeds.ts'
import { shrink } from './run/shrink.ts'
import { simulate } from './simulate.ts'

// A machine that is busy with other things takes longer than that minute.
setDefaultTimeout(900_000)

/** For every change: many moods rather than long histories, within a minute on two cores. */
const SUITE = { seeds: 2_000, operations: 60 }
/** Of one history, as `bun run simulate` plays it. */
const OPERATIONS = 200

describe('the services, simulated', () => {
  test(`keep all promises in ${SUITE.seeds} histories of ${SUITE.operations} operations`, async () => {
    const report = await simulate({ from: 1, ...SUITE, workers: 2 })
    expect(report.failures).toEqual([])
    expect(report.seeds).toBe(SUITE.seeds)
    expect(report.operations).toBeGreaterThan(SUITE.seeds * SUITE.operations)
    // A run that never saw one of these proves less than it seems to.
    expect(SEEN.filter((what) => !(what in report.seen))).toEqual([])
  })

  test('go the same way again with the same seed, in another process too', async () => {
    const [first, again, other] = [await traceOf(17), await traceOf(17), await traceOf(18)]
    expect(again).toEqual(first)
    expect(other.hash).not.toBe(first.hash)
    const child = Bun.spawn(
      [process.execPath, join(import.meta.dir, 'simulate.ts'), '--seed', '17', '--trace'],
      { stdout: 'pipe', env: { ...process.env, NODE_ENV: 'production' } },
    )
    const lines = (await new Response(child.stdout).text()).split('\n').slice(0, first.lines)
    expect(Bun.hash(lines.join('\n'))).toBe(first.hash)
  })
})

describe('a mistake is found', () => {
  const planted = [
    'late-fence',
    'random-transactional-id',
    'repeat-decided-again',
    'forgotten-before-acknowledged',
    'stale-balance',
  ]
  test.each(
    BUGS.filter(({ name }) => planted.includes(name)).map((bug) => [bug.name, bug] as const),
  )('%s', async (_name, bug) => {
    const folder = await temporaryFolder()
    try {
      await buildWith(bug, folder.path)
      const { found } = await lookInSimulation(folder.path, 300)
      expect(found).toBe(true)
    } finally {
      await folder.remove()
    }
  })

  test('and shown by the fewest operations and faults that show it', () => {
    const scenario = scenarioOf(5, OPERATIONS)
    const [operation, fault] = [scenario.operations[120], scenario.faults[1]]
    const smallest = shrink(
      scenario,
      ({ operations, faults }) =>
        operations.some((each) => each === operation) && faults.some((each) => each === fault),
    )
    expect([smallest.operations, smallest.faults]).toEqual([[operation], [fault]] as never)
  })
})

/** What happens in a good set of histories, of everything that can. */
const SEEN = [
  ...CRASH_POINTS.map((point) => `hit ${point}`),
  'tail lost',
  'poison',
  'dead letters',
  'partition taken over',
  'the partition starts over',
  'the projection starts over',
  'the relay starts over',
  'a batch is handled again',
  'pending orders are sent again',
  'accepted transactions were not applied and are sent again',
  'deposit operation_repeated',
  'deposit hash_reused',
  'deposit unknown',
  'order order_exists',
  'order hash_reused',
  'order unknown',
  'balance ok',
  'message ok',
]

const traceOf = async (seed: number) => {
  const lines: string[] = []
  const { steps, violations } = await simulateApart(scenarioOf(seed, OPERATIONS), (line) =>
    lines.push(line),
  )
  return { hash: Bun.hash(lines.join('\n')), lines: lines.length, steps, violations }
}
