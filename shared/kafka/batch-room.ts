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
  let used = new Map<string, number>()
  return {
    take: (records) => {
      const after = new Map(used)
      for (const { topic, key, value } of records) {
        const bytes = Buffer.byteLength(key) + Buffer.byteLength(value) + RECORD_BYTES_MAX
        const sum = (after.get(topic) ?? 0) + bytes
        if (sum > bytesMax) return false
        after.set(topic, sum)
      }
      used = after
      return true
    },
  }
}
