import type { Traceparent } from './traceparent.ts'

/** What a span tells beside its times, by the names of OpenTelemetry's semantic conventions. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

/** A step that begins. */
export type SpanStart = {
  name: string
  /** Answers a request, sends a record, or handles one. */
  kind: 'server' | 'producer' | 'consumer'
  /** What it goes on from; without it a new trace begins. */
  parent: Traceparent | undefined
  attributes: Attributes
  /** By `performance.now()`, where the step began before it was known what it is. */
  startedAt?: number
}

export type Span = {
  /** Its place in the trace, for whatever goes on from here. */
  traceparent: Traceparent | undefined
  end: (ending?: Ending) => void
}

/** `error`: what went wrong, as a word with few values, such as the name of an error. */
export type Ending = { attributes?: Attributes; error?: string }

/**
 * Tells somebody outside which step took how long. It decides nothing, and nothing that it does
 * or fails to do reaches whoever is traced.
 */
export type Tracer = {
  /** Asked before anything is put together for a span: it must cost nothing when it is off. */
  isOn: boolean
  start: (step: SpanStart) => Span
  /** Hands over what it still has, as far as that is possible at once. */
  stop: () => Promise<void>
}

/** Traces nothing. */
export const inertTracer: Tracer = {
  isOn: false,
  start: () => NOTHING,
  stop: async () => {},
}

const NOTHING: Span = { traceparent: undefined, end: () => {} }
