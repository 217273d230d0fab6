import type { Decoded } from '../codec.ts'
import { deadLetter } from './dead-letter.ts'
import type { Incoming, Outgoing } from './record.ts'

/** Splits a batch into what could be read and the dead letters of what could not. */
export const decodeAll = <T>(
  records: readonly Incoming[],
  decode: (record: Incoming) => Decoded<T>,
): { read: { record: Incoming; value: T }[]; dead: Outgoing[] } => {
  const read: { record: Incoming; value: T }[] = []
  const dead: Outgoing[] = []
  for (const record of records) {
    const decoded = decode(record)
    if (decoded.ok) read.push({ record, value: decoded.value })
    else dead.push(deadLetter(record, decoded.reason))
  }
  return { read, dead }
}
