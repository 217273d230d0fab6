import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Log } from '../log.ts'
import { withDeadline } from '../wait.ts'
import type { Tracing } from './config.ts'
import { samplerOf } from './sampler.ts'
import { formatTraceparent, placeOf, type Traceparent } from './traceparent.ts'
import type { Span, SpanStart, Tracer } from './tracer.ts'

/** What waits to be sent; more is dropped, for a collector that is away must cost no memory. */
const SPANS_MAX = 4_096
const BATCH_MAX = 512
const BATCH_AFTER_MS = 1_000
const EXPORT_DEADLINE_MS = 10_000
/** The process has eight seconds for everything. */
const FLUSH_DEADLINE_MS = 1_500

/**
 * Traces by the SDK of OpenTelemetry. Nothing of it is registered globally, and places in traces
 * are handed on as values: what is asked for in one batch by many has no context to hide them in.
 */
export const openTelemetry = (
  { service, sampler, ratio }: Tracing,
  exporter: SpanExporter,
  log: Log,
): Tracer => {
  const provider = new TracerProvider({
    resource: resourceOf(service),
    sampler: samplerOf(sampler, ratio),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: SPANS_MAX,
        maxExportBatchSize: BATCH_MAX,
        scheduledDelayMillis: BATCH_AFTER_MS,
        exportTimeoutMillis: EXPORT_DEADLINE_MS,
      }),
    ],
  })
  const spans = provider.getTracer('exactly-once')
  return {
    isOn: true,
    start: (step) => started(spans, step),
    stop: () =>
      withDeadline(provider.shutdown(), FLUSH_DEADLINE_MS, 'the last traces to be sent').catch(
        (error: unknown) => log.warn({ error }, 'the last traces are lost'),
      ),
  }
}

const resourceOf = (service: string) =>
  defaultResource()
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
    .merge(
      resourceFromAttributes({
        'service.name': service,
        'service.instance.id': crypto.randomUUID(),
      }),
    )

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

const started = (
  tracer: ReturnType<TracerProvider['getTracer']>,
  { name, kind, parent, attributes, startedAt = performance.now() }: SpanStart,
): Span => {
  // The one clock tells when it is, the other for how long.
  const startTime = Date.now() - (performance.now() - startedAt)
  const options = { kind: KINDS[kind], attributes, startTime }
  const span = tracer.startSpan(name, options, contextOf(parent))
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    traceparent: formatTraceparent({ traceId, spanId, flags: traceFlags }),
    end: ({ attributes: more, error } = {}) => {
      if (more !== undefined) span.setAttributes(more)
      if (error !== undefined) {
        span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end(startTime + (performance.now() - startedAt))
    },
  }
}

const contextOf = (parent: Traceparent | undefined) => {
  if (parent === undefined) return ROOT_CONTEXT
  const { traceId, spanId, flags } = placeOf(parent)
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true })
}
