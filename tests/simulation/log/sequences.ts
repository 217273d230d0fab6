import type { Partition, Writer } from './partition.ts'

/** Whether a numbered batch is the next of its producer, a repeat, or neither. */
export type Sequences = {
  check: (
    partition: Partition,
    writer: Writer,
    firstSequence: number,
    count: number,
  ) => 'new' | 'repeated' | 'out of order'
}

export const sequences = (): Sequences => {
  const seen = new Map<Partition, Map<number, { epoch: number; first: number; next: number }>>()

  return {
    check: (partition, { producerId, epoch }, firstSequence, count) => {
      if (producerId < 0) return 'new'
      const producers = seen.get(partition) ?? new Map()
      seen.set(partition, producers)
      const before = producers.get(producerId)
      const isSameEpoch = before?.epoch === epoch
      if (isSameEpoch && firstSequence === before.first) return 'repeated'
      if (firstSequence !== (isSameEpoch ? before.next : 0)) return 'out of order'
      producers.set(producerId, { epoch, first: firstSequence, next: firstSequence + count })
      return 'new'
    },
  }
}
