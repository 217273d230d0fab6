/**
 * A mistake that somebody could make here, as a change of the source text. It is made in a copy
 * of the sources only: there is no switch in the product, so none can be set in production.
 */
export type Bug = {
  name: string
  /** What the mistake is, as its author would not have put it. */
  what: string
  edits: readonly Edit[]
  /**
   * Which harness can see it: `simulation` runs the loops on a log and a store in memory, so a
   * mistake in SQL, in HTTP or in the driver shows only between real processes.
   */
  seenBy: readonly ('simulation' | 'processes')[]
}

/** `find` stands in the file exactly once. */
export type Edit = { file: string; find: string; replace: string }

export const bothSee = ['simulation', 'processes'] as const
export const processesSee = ['processes'] as const
export const simulationSees = ['simulation'] as const
