import { parseTraceparent, TRACEPARENT } from '../tracing/traceparent.ts'
import type { Span, Tracer } from '../tracing/tracer.ts'
import { aboutOf, traceRequest } from './request-context.ts'

/** Methods that a span may be named after; any other could be a new name with each request. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'])

/**
 * The span of a request, from `startedAt` on; it goes on from the client's, when the client says
 * where that is. Undefined when nothing is traced. Named by the conventions of OpenTelemetry.
 */
export const startRequestSpan = (
  tracer: Tracer,
  request: Request,
  { route, startedAt }: { route: string; startedAt: number },
): Span | undefined => {
  if (!tracer.isOn) return undefined
  const isKnown = METHODS.has(request.method)
  const span = tracer.start({
    name: [isKnown ? request.method : 'HTTP', ...(route === '' ? [] : [route])].join(' '),
    kind: 'server',
    parent: parseTraceparent(request.headers.get(TRACEPARENT) ?? ''),
    startedAt,
    attributes: {
      'http.request.method': isKnown ? request.method : '_OTHER',
      ...(isKnown ? {} : { 'http.request.method_original': request.method.slice(0, 32) }),
      ...(route === '' ? {} : { 'http.route': route }),
      'url.path': URL.parse(request.url)?.pathname ?? '',
      'url.scheme': 'http',
    },
  })
  traceRequest(request, span)
  return span
}

/** A client's mistake is no error of ours; who wants to know about those looks at the status. */
export const endRequestSpan = (span: Span, request: Request, status: number): void =>
  span.end({
    attributes: { 'http.response.status_code': status, ...aboutOf(request) },
    ...(status >= 500 && { error: String(status) }),
  })
