import { createHash } from 'node:crypto'
import { Counter } from 'prom-client'
import { at } from '../tracing/traceparent.ts'
import type { Incoming, Outgoing } from './record.ts'

/** Where records go that nobody can act on: kept, reported, and never guessed over. */
export const DEAD_LETTER = 'deadLetter'

const VALUE_BYTES_MAX = 65_536
/** In characters. A reason may quote what it complains about, and that may be as long as it likes. */
const REASON_LENGTH_MAX = 300

/**
 * A record that could not be handled, with why and where it came from. Bytes are kept as base64,
 * because they may be anything; of a value too large for another record only its digest is.
 */
export const deadLetter = (record: Incoming, reason: string): Outgoing => {
  const { topic, partition, offset, key, value, traceparent } = record
  return at(traceparent, {
    topic: DEAD_LETTER,
    key: key?.toString() ?? '',
    value: JSON.stringify({
      topic,
      partition,
      offset: String(offset),
      reason: reason.slice(0, REASON_LENGTH_MAX),
      key: key?.toString('base64') ?? null,
      ...(value !== null && value.length > VALUE_BYTES_MAX
        ? { sha256: createHash('sha256').update(value).digest('hex'), bytes: value.length }
        : { value: value?.toString('base64') ?? null }),
    }),
  })
}

export const deadLettered = new Counter({
  name: 'dead_letters_total',
  help: 'Records set aside because nobody could act on them.',
})
