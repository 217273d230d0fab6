/**
 * A place in a trace, as W3C Trace Context writes it in a header: version, trace id, span id and
 * flags. Only `parseTraceparent` and `formatTraceparent` make one.
 */
export type Traceparent = `00-${string}-${string}-${string}`

/** For whatever goes on from a place in a trace; without it, it belongs to none. */
export type Traced = { traceparent?: Traceparent | undefined }

/** What a traceparent is made of: 32 and 16 hexadecimal digits, and what becomes of the trace. */
export type TracePlace = { traceId: string; spanId: string; flags: number }

/** The header, with which it travels everywhere. */
export const TRACEPARENT = 'traceparent'

/** Reads what somebody sent. Undefined for what is not one, and then a new trace begins. */
export const parseTraceparent = (text: string): Traceparent | undefined => {
  const [, version, traceId, spanId, flags, rest] = SHAPE.exec(text) ?? []
  if (version === undefined || traceId === undefined || spanId === undefined) return undefined
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined
  // A later version begins like this one and is passed on as this one, with what this one knows.
  return formatTraceparent({ traceId, spanId, flags: Number(`0x${flags}`) & KNOWN_FLAGS })
}

/** More than this is not read: nobody knows a version that needs it. */
export const TRACEPARENT_LENGTH_MAX = 128

const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const ZEROS = /^0+$/
/** 1: it is recorded; 2: the trace id is random. */
const KNOWN_FLAGS = 0b11

export const formatTraceparent = ({ traceId, spanId, flags }: TracePlace): Traceparent =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`

export const placeOf = (traceparent: Traceparent): TracePlace => ({
  traceId: traceparent.slice(3, 35),
  spanId: traceparent.slice(36, 52),
  flags: Number(`0x${traceparent.slice(53)}`),
})

/** The field of a log line by which the trace is found; nothing where there is none. */
export const traceIdOf = ({ traceparent }: Traced): { traceId?: string } =>
  traceparent === undefined ? NO_TRACE : { traceId: placeOf(traceparent).traceId }

const NO_TRACE = {}

/** The same thing, at this place in a trace; as it is, when there is no trace. */
export const at = <T extends object>(traceparent: Traceparent | undefined, thing: T): T & Traced =>
  traceparent === undefined ? thing : { ...thing, traceparent }

/** The same things, all at this place in a trace. */
export const allAt = <T extends object>(
  traceparent: Traceparent | undefined,
  things: readonly T[],
): readonly (T & Traced)[] =>
  traceparent === undefined ? things : things.map((thing) => at(traceparent, thing))
