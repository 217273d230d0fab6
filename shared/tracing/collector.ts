import { ExportResultCode } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { Counter } from 'prom-client'
import type { Log } from '../log.ts'

const TOLD_EVERY_MS = 60_000

/** Where traces go. Asks the environment for everything that the standard has a variable for. */
export const collector = (log: Log): SpanExporter => counted(new OTLPTraceExporter(), log)

/** A collector that is away harms nobody, so it is told of once in a minute at most. */
export const counted = (
  exporter: SpanExporter,
  log: Log,
  now: () => number = () => performance.now(),
): SpanExporter => {
  let toldAt = Number.NEGATIVE_INFINITY
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        const isSent = result.code === ExportResultCode.SUCCESS
        spansTotal.inc({ result: isSent ? 'sent' : 'lost' }, spans.length)
        if (!isSent && now() - toldAt >= TOLD_EVERY_MS) {
          toldAt = now()
          log.warn({ error: result.error, spans: spans.length }, 'traces cannot be sent')
        }
        onResult(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}

const spansTotal = new Counter({
  name: 'trace_spans_total',
  help: 'Spans that the collector took, or did not take in time.',
  labelNames: ['result'],
})
