/** How many outcomes were readable at a moment, in ms of a clock that only goes forward. */
export type Growth = { at: number; total: number }

/**
 * Outcomes per second from the moment when `from` of them were readable to the moment when `to`
 * were. Undefined when they never were, or both at the same look.
 */
export const perSecondBetween = (
  growth: readonly Growth[],
  from: number,
  to: number,
): number | undefined => {
  const first = growth.find(({ total }) => total >= from)
  const last = growth.find(({ total }) => total >= to)
  if (first === undefined || last === undefined || first.at === last.at) return undefined
  return ((last.total - first.total) * 1000) / (last.at - first.at)
}
