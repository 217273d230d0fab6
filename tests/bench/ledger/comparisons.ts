import type { Comparison } from '../comparison/comparison.ts'
import type { Measured } from './round.ts'

export type Rounds = { billing: Measured[]; streams: Measured[] }

/** What the rounds say, measure by measure, against what was aimed at. */
export const comparisonsOf = (rounds: Rounds, rates: readonly number[]): Comparison[] => [
  {
    name: 'outcomes readable per second',
    unit: 'per second',
    ...ofBoth(rounds, ({ perSecond }) => perSecond),
    aim: { bound: 'at least', ratio: 1.5 },
  },
  ...rates.flatMap((rate) =>
    (['p50', 'p99'] as const).map(
      (percentile): Comparison => ({
        name: `latency at ${rate} per second, ${percentile}`,
        unit: 'ms',
        ...ofBoth(rounds, ({ latencies }) => {
          const times = latencies.find((each) => each.rate === rate)?.times
          return times?.[percentile] ?? Number.NaN
        }),
        aim: { bound: 'at most', ratio: 0.3 },
      }),
    ),
  ),
  {
    name: 'peak memory of the process',
    unit: 'MB',
    ...ofBoth(rounds, ({ peakMemoryMb }) => peakMemoryMb),
    aim: { bound: 'at most', ratio: 0.4 },
  },
]

const ofBoth = ({ billing, streams }: Rounds, read: (measured: Measured) => number) => ({
  measured: billing.map(read),
  baseline: streams.map(read),
})
