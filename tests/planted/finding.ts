/** What came of looking for a bug. `by`: the first sentences that told of it. */
export type Finding =
  | { found: true; by: readonly string[]; after: string }
  | { found: false; after: string }

/** Invariants, without what they found this time, in the order they spoke. */
export const namesOf = (violations: readonly string[]): string[] => [
  ...new Set(violations.map((violation) => violation.split(':')[0] ?? violation)),
]
