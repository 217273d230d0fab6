/** One measure of both subjects, the figures of each round in turn. */
export type Comparison = {
  name: string
  unit: 'per second' | 'ms' | 's' | 'MB'
  billing: number[]
  streams: number[]
  /** What billing's figure shall be, in parts of that of Streams. */
  aim: Aim | undefined
}

export type Aim = { bound: 'at least' | 'at most'; ratio: number }

/** Billing's figure over that of Streams, round by round: both of a round saw the same machine. */
export const ratiosOf = ({ billing, streams }: Comparison): number[] =>
  billing.map((value, round) => value / (streams[round] ?? Number.NaN))

/** The middle one; of an even number, halfway between the two in the middle. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  return upper === lower ? upper : (upper + lower) / 2
}
