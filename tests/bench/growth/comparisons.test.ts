import { expect, test } from 'bun:test'
import { comparisonsOf, partLines, type Rounds } from './comparisons.ts'
import type { Cost } from './round.ts'

const SMALLEST = { accounts: 1_000, rows: 1_000, partitions: 4 }

const costOf = (wall: number, broker: number): Cost => ({
  wall,
  processor: { order: 1, billing: 2, notification: 3, postgres: 4, broker },
})

const roundsOf = (size: Rounds['size'], ...walls: number[]): Rounds => ({
  size,
  gigabytes: 1.25,
  measured: walls.map((wall) => ({
    atOnce: costOf(wall, 100),
    paced: costOf(20_000, 1_000),
    wrong: [],
  })),
})

test('every other size is held against the smallest, round by round', () => {
  const large = roundsOf({ ...SMALLEST, rows: 10_000 }, 60, 70)
  const [together, paced, wall] = comparisonsOf(roundsOf(SMALLEST, 50, 55), [large])
  expect(together).toMatchObject({ measured: [110, 110], baseline: [110, 110] })
  expect(paced).toMatchObject({ measured: [1_010, 1_010] })
  expect(wall).toMatchObject({
    name: '1,000 accounts, 10,000 rows, 4 partitions: wall time',
    measured: [60, 70],
    baseline: [50, 55],
    aim: { bound: 'at most', ratio: 1.2 },
  })
})

test('nothing is aimed at for other numbers of partitions', () => {
  const more = roundsOf({ ...SMALLEST, partitions: 12 }, 60)
  const aims = comparisonsOf(roundsOf(SMALLEST, 50), [more]).map(({ aim }) => aim)
  expect(aims).toEqual([undefined, undefined, undefined])
})

test('where the time goes is the median of each part', () => {
  expect(partLines([roundsOf(SMALLEST, 50)])).toEqual([
    '1,000 accounts, 1,000 rows, 4 partitions (1.3 GB): order 1, billing 2, notification 3, postgres 4, broker 100 µs of processor',
  ])
})
