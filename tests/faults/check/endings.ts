import type { Batch, PartitionOffsets } from '../dump/dump.ts'

/** `none`: written outside of any transaction. `open`: nobody ended it. */
export type Ending = 'COMMIT' | 'ABORT' | 'none' | 'open'

/**
 * How the transaction of each batch of one partition ended, by the markers on the broker's disk: a
 * producer has one transaction at a time, and its next marker ends all that it wrote since the last.
 */
export const endingsOf = (batches: readonly Batch[]): Map<Batch, Ending> => {
  const endings = new Map<Batch, Ending>()
  const open = new Map<number, Batch[]>()
  for (const batch of batches) {
    const { producerId, isTransactional, control } = batch
    if (control !== undefined) {
      for (const ended of open.get(producerId) ?? []) endings.set(ended, control)
      open.delete(producerId)
    } else if (isTransactional) {
      const written = open.get(producerId)
      if (written === undefined) open.set(producerId, [batch])
      else written.push(batch)
      endings.set(batch, 'open')
    } else {
      endings.set(batch, 'none')
    }
  }
  return endings
}

/** Where a cleaner was at work, markers may be gone with what they ended, and say nothing. */
export const isWhole = (
  batches: readonly Batch[],
  { start, end }: Pick<PartitionOffsets, 'start' | 'end'>,
): boolean => {
  let next = start
  for (const { baseOffset, lastOffset, count } of batches) {
    if (baseOffset !== next || count !== lastOffset - baseOffset + 1) return false
    next = lastOffset + 1
  }
  return next === end
}
