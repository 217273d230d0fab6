import type { Outgoing } from './record.ts'

/**
 * What a transaction may write to one partition. It goes there as one record batch, and a broker
 * refuses one beyond its `max.message.bytes` (1 MiB unless set otherwise) at every attempt.
 */
const BATCH_BYTES_MAX = 900_000
/** Of a record: its lengths, offset and time, and the header with its trace. */
const RECORD_BYTES_MAX = 100

/** Room for records of several topics, each in one batch. */
export type BatchRoom = {
  /** Takes all of these records, or answers false and takes none. */
  take: (records: readonly Outgoing[]) => boolean
}

export const batchRoom = (bytesMax = BATCH_BYTES_MAX): BatchRoom => {
  const used = new Map<string, number>()
  /** Answers how many bytes there are then for this topic. */
  const add = (topic: string, bytes: number): number => {
    const sum = (used.get(topic) ?? 0) + bytes
    used.set(topic, sum)
    return sum
  }
  return {
    take: (records) => {
      let fits = true
      for (const record of records) {
        if (add(record.topic, bytesOf(record)) > bytesMax) fits = false
      }
      if (!fits) for (const record of records) add(record.topic, -bytesOf(record))
      return fits
    },
  }
}

const bytesOf = ({ key, value }: Outgoing): number =>
  Buffer.byteLength(key) + Buffer.byteLength(value) + RECORD_BYTES_MAX
