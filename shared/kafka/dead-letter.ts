import { createHash } from 'node:crypto'
import { Counter } from 'prom-client'
import { at } from '../tracing/traceparent.ts'
import type { Incoming, Outgoing } from './record.ts'

/** Where records go that nobody can act on: kept, reported, and never guessed over. */
export const DEAD_LETTER = 'deadLetter'

const VALUE_BYTES_MAX = 65_536
/** Ours are names of accounts. A key is in a letter twice, and may be as long as a record. */
const KEY_BYTES_MAX = 1_024
/** In characters. A reason may quote what it complains about, and that may be as long as it likes. */
const REASON_LENGTH_MAX = 300

/**
 * A record that could not be handled, with why and where it came from. Bytes are kept as base64,
 * because they may be anything; of a key or value too large for another record only its digest is.
 * A letter always fits into a record, or what it is about would be in the way for ever.
 */
export const deadLetter = (record: Incoming, reason: string): Outgoing => {
  const { topic, partition, offset, key, value, traceparent } = record
  const isKeyKept = key === null || key.length <= KEY_BYTES_MAX
  const isValueKept = value === null || value.length <= VALUE_BYTES_MAX
  return at(traceparent, {
    topic: DEAD_LETTER,
    key: isKeyKept ? (key?.toString() ?? '') : digestOf(key),
    value: JSON.stringify({
      topic,
      partition,
      offset: String(offset),
      reason: reason.slice(0, REASON_LENGTH_MAX),
      ...(isKeyKept
        ? { key: key?.toString('base64') ?? null }
        : { keySha256: digestOf(key), keyBytes: key.length }),
      ...(isValueKept
        ? { value: value?.toString('base64') ?? null }
        : { sha256: digestOf(value), bytes: value.length }),
    }),
  })
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

export const deadLettered = new Counter({
  name: 'dead_letters_total',
  help: 'Records set aside because nobody could act on them.',
})
