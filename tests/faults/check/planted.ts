import type { DumpRecord, Fault } from '../dump/dump.ts'
import { isSameBytes } from './bytes.ts'

/**
 * Tells which records the harness itself put there to do harm: those that a `poison` line of the
 * faults names, by place or by value when the broker's reply was lost. They must have no effect
 * but a dead letter, and nothing else may ever become one.
 */
export const plantedBy = (faults: readonly Fault[]): ((record: DumpRecord) => boolean) => {
  const poison = faults.filter(({ kind }) => kind === 'poison')
  if (poison.length === 0) return () => false
  const places = new Set(
    poison.flatMap(({ topic, partition, offset }) =>
      offset === undefined ? [] : [`${topic}/${partition}@${offset}`],
    ),
  )
  const byValue = poison.filter(({ offset }) => offset === undefined)
  return ({ topic, partition, offset, value }) =>
    places.has(`${topic}/${partition}@${offset}`) ||
    byValue.some(
      (fault) =>
        fault.topic === topic && fault.value !== undefined && isSameBytes(fault.value, value),
    )
}
