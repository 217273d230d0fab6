import * as v from 'valibot'

const Attribute = v.object({
  key: v.string(),
  value: v.looseObject({
    stringValue: v.optional(v.string()),
    intValue: v.optional(v.union([v.number(), v.string()])),
  }),
})

const SpanSchema = v.object({
  traceId: v.string(),
  spanId: v.string(),
  parentSpanId: v.optional(v.string(), ''),
  name: v.string(),
  attributes: v.array(Attribute),
})

/** What an exporter posts: OTLP over HTTP, in JSON. */
const Traces = v.object({
  resourceSpans: v.array(
    v.object({
      resource: v.object({ attributes: v.array(Attribute) }),
      scopeSpans: v.array(v.object({ spans: v.array(SpanSchema) })),
    }),
  ),
})

/** `step` is the service and the name of the span; `parent` is empty at the root of a trace. */
export type Span = {
  step: string
  trace: string
  id: string
  parent: string
  attributes: Record<string, string>
}

/** A collector of OpenTelemetry that keeps all that it gets. It may go and come back. */
export const startCollector = () => {
  const spans: Span[] = []
  let server = serve(0, spans)
  const { port, origin } = server.url
  return {
    url: origin,
    spans,
    stop: () => server.stop(true),
    startAgain: () => {
      server = serve(Number(port), spans)
    },
  }
}

const serve = (port: number, spans: Span[]) =>
  Bun.serve({
    hostname: '127.0.0.1',
    port,
    routes: {
      '/v1/traces': {
        POST: async (request) => {
          spans.push(...spansOf(v.parse(Traces, await request.json())))
          return Response.json({})
        },
      },
    },
  })

const spansOf = ({ resourceSpans }: v.InferOutput<typeof Traces>): Span[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = record(resource.attributes)['service.name'] ?? '?'
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId, attributes }) => ({
        step: `${service}: ${name}`,
        trace: traceId,
        id: spanId,
        parent: parentSpanId,
        attributes: record(attributes),
      })),
    )
  })

const record = (attributes: readonly v.InferOutput<typeof Attribute>[]): Record<string, string> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? String(value.intValue)]),
  )
