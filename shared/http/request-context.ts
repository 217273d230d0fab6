import type { Traced } from '../tracing/traceparent.ts'
import type { Attributes } from '../tracing/tracer.ts'

/** What is known of a request beside what was sent: the trace it is in, and what it is about. */
type Context = Traced & { about?: Attributes }

/** Apart from the request itself: nothing that a client sends can get here. */
const contexts = new WeakMap<Request, Context>()

const NONE: Context = {}

const contextOf = (request: Request): Context => contexts.get(request) ?? NONE

/** The place in a trace of whatever is done for this request from here on. */
export const traceOf = (request: Request): Traced => {
  const { traceparent } = contextOf(request)
  return traceparent === undefined ? NONE : { traceparent }
}

export const traceRequest = (request: Request, { traceparent }: Traced): void => {
  contexts.set(request, { ...contextOf(request), traceparent })
}

/**
 * Says what a request turned out to be about, such as the number of an order: its line in the log
 * and its span tell it, so that one can be found by the other.
 */
export const isAbout = (request: Request, about: Attributes): void => {
  contexts.set(request, { ...contextOf(request), about })
}

export const aboutOf = (request: Request): Attributes => contextOf(request).about ?? NOTHING

const NOTHING: Attributes = {}
