/**
 * What a database transaction sees of those that are under way. Ids are given before they are
 * committed, so that a lower id may become visible after a higher one: "everything up to here" is
 * true of an id only once nobody is left who may hold a lower one.
 */
export type Horizon = {
  /** The highest id that is visible. */
  latest: bigint
  /** The number of this database transaction; whoever holds an id below `latest` has a lower one. */
  transaction: bigint
  /** The lowest number of a database transaction that is under way. */
  oldest: bigint
}

/**
 * Tells from one horizon after the other up to which id everything is visible, as of the latest:
 * the highest id of an earlier horizon, once all are over that were under way at that time.
 */
export const horizons = (): ((seen: Horizon) => bigint) => {
  let closed = 0n
  let pending: Horizon | undefined
  return (seen) => {
    if (pending !== undefined && seen.oldest < pending.transaction) return closed
    closed = pending?.latest ?? closed
    pending = seen
    return closed
  }
}
