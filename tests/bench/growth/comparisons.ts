import { type Aim, type Comparison, median } from '../comparison/comparison.ts'
import { whole } from '../table.ts'
import { type Cost, type Measured, PARTS } from './round.ts'
import { nameOf, type Size } from './sizes.ts'

/** All rounds of one size. */
export type Rounds = { size: Size; gigabytes: number; measured: Measured[] }

/** What an order may cost at most, in parts of what it costs where almost nothing is there. */
const AIM: Aim = { bound: 'at most', ratio: 1.2 }

/** What the rounds say of each other size, held against the smallest. */
export const comparisonsOf = (smallest: Rounds, others: readonly Rounds[]): Comparison[] =>
  others.flatMap(({ size, measured }): Comparison[] => {
    // More partitions are meant to cost something: they are bought for what they do at once.
    const aim = size.partitions === smallest.size.partitions ? AIM : undefined
    const compare = (name: string, read: (measured: Measured) => number): Comparison => ({
      name: `${nameOf(size)}: ${name}`,
      unit: 'µs',
      measured: measured.map(read),
      baseline: smallest.measured.map(read),
      aim,
    })
    return [
      compare('processor time', ({ atOnce }) => together(atOnce)),
      compare('processor time by the clock', ({ paced }) => together(paced)),
      compare('wall time', ({ atOnce }) => atOnce.wall),
    ]
  })

/** The processor time of all parts, in µs. */
export const together = ({ processor }: Cost): number =>
  PARTS.reduce((sum, part) => sum + processor[part], 0)

/** Where the processor time of an order goes, for each size, in µs. */
export const partLines = (all: readonly Rounds[]): string[] =>
  all.map(({ size, gigabytes, measured }) => {
    const parts = PARTS.map((part) => {
      const times = measured.map(({ atOnce }) => atOnce.processor[part])
      return `${part} ${whole(median(times))}`
    })
    return `${nameOf(size)} (${gigabytes.toFixed(1)} GB): ${parts.join(', ')} µs of processor`
  })
