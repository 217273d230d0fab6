/** One measure of both subjects, the figures of each round in turn. */
export type Comparison = {
  name: string
  unit: 'per second' | 'µs' | 'ms' | 's' | 'MB'
  measured: number[]
  baseline: number[]
  /** What the measured figure shall be, in parts of the baseline's. */
  aim: Aim | undefined
}

/** What both subjects are called. */
export type Names = { measured: string; baseline: string }

export type Aim = { bound: 'at least' | 'at most'; ratio: number }

/** The measured figure over the baseline's, round by round: both of a round saw the same machine. */
export const ratiosOf = ({ measured, baseline }: Comparison): number[] =>
  measured.map((value, round) => value / (baseline[round] ?? Number.NaN))

/** The middle one; of an even number, halfway between the two in the middle. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  return upper === lower ? upper : (upper + lower) / 2
}
