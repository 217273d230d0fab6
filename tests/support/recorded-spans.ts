import type { Traceparent } from '../../shared/tracing/traceparent.ts'
import {
  type Ending,
  inertTracer,
  type SpanStart,
  type Tracer,
} from '../../shared/tracing/tracer.ts'

/** `ending` is there when the span has ended. */
export type RecordedSpan = { step: SpanStart; ending: Ending | undefined }

const TRACE = '0af7651916cd43dd8448eb211c80319c'

/** A place in the one trace of these tests. */
export const place = (span: number): Traceparent =>
  `00-${TRACE}-${String(span).padStart(16, '0')}-01`

/** A tracer whose spans can be looked at. The first is at place 101, and so on. */
export const recordedSpans = (): { tracer: Tracer; spans: RecordedSpan[] } => {
  const spans: RecordedSpan[] = []
  const tracer: Tracer = {
    ...inertTracer,
    isOn: true,
    start: (step) => {
      const span: RecordedSpan = { step, ending: undefined }
      spans.push(span)
      return {
        traceparent: place(100 + spans.length),
        end: (ending = {}) => {
          span.ending = ending
        },
      }
    },
  }
  return { tracer, spans }
}
