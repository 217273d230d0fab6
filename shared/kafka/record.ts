import type { Traced } from '../tracing/traceparent.ts'

/** A record on its way to a topic. Records of one key stay in order. */
export type Outgoing = Traced & { topic: string; key: string; value: string }

/** A record as it was read. `offset` counts from 0 in its partition, with gaps. */
export type Incoming = Traced & {
  topic: string
  partition: number
  offset: bigint
  key: Buffer | null
  value: Buffer | null
  /** When it was written, in ms since 1970, as whoever wrote it says; nothing is decided by it. */
  timestamp?: string
}
