import { expect, test } from 'bun:test'
import { type Horizon, horizons } from './horizon.ts'

const seen = (latest: bigint, transaction: bigint, oldest: bigint): Horizon => ({
  latest,
  transaction,
  oldest,
})

test.each([
  ['a first look proves nothing', [[seen(9n, 100n, 100n), 0n]]],
  [
    'all that was under way is over: everything up to what was visible then is visible',
    [
      [seen(9n, 100n, 95n), 0n],
      [seen(12n, 110n, 100n), 9n],
      [seen(15n, 120n, 120n), 12n],
    ],
  ],
  [
    'one that is still under way may hold an earlier id',
    [
      [seen(9n, 100n, 95n), 0n],
      [seen(12n, 110n, 99n), 0n],
      [seen(15n, 120n, 99n), 0n],
      [seen(15n, 130n, 118n), 9n],
      [seen(15n, 140n, 140n), 15n],
    ],
  ],
] as const)('%s', (_sentence, steps) => {
  const closedIn = horizons()
  for (const [horizon, closed] of steps) expect(closedIn(horizon)).toBe(closed)
})
