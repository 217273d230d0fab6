export type Percentiles = { samples: number; p50: number; p95: number; p99: number; max: number }

/** Summarises all samples of one measure; undefined when there are none. */
export const percentilesOf = (samples: readonly number[]): Percentiles | undefined => {
  const sorted = Float64Array.from(samples).toSorted()
  const max = sorted.at(-1)
  if (max === undefined) return undefined
  return {
    samples: sorted.length,
    p50: nearestRank(sorted, 50),
    p95: nearestRank(sorted, 95),
    p99: nearestRank(sorted, 99),
    max,
  }
}

/**
 * The smallest sample that at least `percent` of all samples do not exceed. It is always one of
 * the samples: nothing is interpolated, and percentiles of parts are never averaged.
 */
const nearestRank = (sorted: Float64Array, percent: number): number => {
  // Whole numbers first: 0.99 * 100 would round up to the rank after the right one.
  const rank = Math.ceil((percent * sorted.length) / 100)
  return sorted[Math.max(rank, 1) - 1] ?? Number.NaN
}
