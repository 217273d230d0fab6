import { describe, expect, test } from 'bun:test'
import { ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { openLog } from '../log.ts'
import { SAMPLERS, type Tracing } from './config.ts'
import { openTelemetry } from './open-telemetry.ts'
import { parseTraceparent, placeOf } from './traceparent.ts'
import type { SpanStart } from './tracer.ts'

const log = openLog('test', 'silent')
const ALL: Tracing = { service: 'books', sampler: 'parentbased_always_on', ratio: 1 }
const STEP: SpanStart = { name: 'GET /books', kind: 'server', parent: undefined, attributes: {} }
const RECORDED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const UNRECORDED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

const collecting = () => {
  const spans: ReadableSpan[] = []
  const exporter: SpanExporter = {
    export: (batch, onResult) => {
      spans.push(...batch)
      onResult({ code: ExportResultCode.SUCCESS })
    },
    shutdown: async () => {},
  }
  return { exporter, spans }
}

/** What is sent when these steps are traced, one after the other, and then the process ends. */
const sent = async (steps: readonly SpanStart[], tracing: Partial<Tracing> = {}) => {
  const { exporter, spans } = collecting()
  const tracer = openTelemetry({ ...ALL, ...tracing }, exporter, log)
  const places = steps.map((step) => {
    const span = tracer.start(step)
    span.end()
    return span.traceparent
  })
  await tracer.stop()
  return { spans, places }
}

describe('a span', () => {
  test('begins a trace, under the name of the service', async () => {
    const { spans, places } = await sent([STEP])
    const { traceId, spanId } = placeOf(places[0] ?? RECORDED)
    expect(parseTraceparent(places[0] ?? '')).toBe(places[0])
    expect(spans[0]?.spanContext()).toMatchObject({ traceId, spanId })
    expect(spans[0]?.parentSpanContext).toBeUndefined()
    expect(spans[0]?.resource.attributes['service.name']).toBe('books')
  })
  test('goes on from where somebody else was', async () => {
    const { spans } = await sent([{ ...STEP, parent: RECORDED }])
    const { traceId, spanId } = placeOf(RECORDED)
    expect(spans[0]?.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
    expect(spans[0]?.spanContext().traceId).toBe(traceId)
  })
  test('may have begun before anybody knew what it is', async () => {
    const { spans } = await sent([{ ...STEP, startedAt: performance.now() - 250 }])
    const [seconds = 0, nanoseconds = 0] = spans[0]?.duration ?? []
    expect(seconds * 1_000 + nanoseconds / 1e6).toBeGreaterThanOrEqual(250)
  })
  test('tells what went wrong', async () => {
    const { exporter, spans } = collecting()
    const tracer = openTelemetry(ALL, exporter, log)
    tracer.start(STEP).end({ attributes: { 'http.response.status_code': 503 }, error: '503' })
    await tracer.stop()
    expect(spans[0]).toMatchObject({
      status: { code: 2 },
      attributes: { 'http.response.status_code': 503, 'error.type': '503' },
    })
  })
})

test.each([
  ['always_on', 3],
  ['always_off', 0],
  ['traceidratio', 0],
  ['parentbased_always_on', 2],
  ['parentbased_always_off', 1],
  ['parentbased_traceidratio', 1],
] as const)(
  '%s sends %i of: a new one, one that is recorded, one that is not',
  async (sampler, count) => {
    const steps = [undefined, RECORDED, UNRECORDED] as const
    const asked = steps.map((parent) => ({ ...STEP, parent }))
    const { spans, places } = await sent(asked, { sampler, ratio: 0 })
    expect(spans).toHaveLength(count)
    // Whoever goes on from here is told whether it is recorded.
    expect(places.filter((place) => place?.endsWith('1'))).toHaveLength(count)
  },
)

test('every sampler that may be asked for is there', () => {
  expect(() =>
    SAMPLERS.map((sampler) => openTelemetry({ ...ALL, sampler }, NOWHERE, log)),
  ).not.toThrow()
})

test('a collector that never answers does not keep the process from ending', async () => {
  const tracer = openTelemetry(ALL, NOWHERE, log)
  tracer.start(STEP).end()
  const startedAt = performance.now()
  await tracer.stop()
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

const NOWHERE: SpanExporter = { export: () => {}, shutdown: async () => {} }
