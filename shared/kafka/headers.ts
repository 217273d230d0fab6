import type { IHeaders, Message } from 'kafkajs'
import {
  parseTraceparent,
  TRACEPARENT,
  TRACEPARENT_LENGTH_MAX,
  type Traced,
} from '../tracing/traceparent.ts'
import type { Outgoing } from './record.ts'

/** A record as kafkajs sends it. */
export const messageOf = ({ key, value, traceparent }: Outgoing): Message =>
  traceparent === undefined
    ? { key, value }
    : { key, value, headers: { [TRACEPARENT]: traceparent } }

/**
 * What the headers of a record tell of its trace. They are input like any other: what is
 * malformed, too long or there twice counts as not there, and never makes a record unreadable.
 */
export const tracedBy = (headers: IHeaders | undefined): Traced => {
  const header = headers?.[TRACEPARENT]
  if (!Buffer.isBuffer(header) || header.length > TRACEPARENT_LENGTH_MAX) return UNTRACED
  const traceparent = parseTraceparent(header.toString('latin1'))
  return traceparent === undefined ? UNTRACED : { traceparent }
}

/** Shared, so that a record without a trace costs nothing. */
const UNTRACED: Traced = {}
