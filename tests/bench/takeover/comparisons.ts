import type { Comparison } from '../comparison/comparison.ts'
import { whole } from '../table.ts'
import type { Measured } from './round.ts'

/** All rounds with so many accounts. */
export type Stand = { accounts: number; billing: Measured[]; streams: Measured[] }

/** What the rounds say, for each number of accounts. */
export const comparisonsOf = (stands: readonly Stand[]): Comparison[] =>
  stands.flatMap((stand): Comparison[] => [
    {
      name: `${whole(stand.accounts)} accounts: from start to first outcome`,
      unit: 's',
      ...ofBoth(stand, ({ seconds }) => seconds),
      aim: undefined,
    },
    {
      name: `${whole(stand.accounts)} accounts: memory then`,
      unit: 'MB',
      ...ofBoth(stand, ({ residentMb }) => residentMb),
      aim: { bound: 'at most', ratio: 0.4 },
    },
  ])

const ofBoth = ({ billing, streams }: Stand, read: (measured: Measured) => number) => ({
  measured: billing.map(read),
  baseline: streams.map(read),
})
