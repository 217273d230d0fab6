import { expect, test } from 'bun:test'
import { ExportResultCode } from '@opentelemetry/core'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { register } from 'prom-client'
import { keptLog } from '../../tests/support/kept-log.ts'
import { counted } from './collector.ts'

test('what a collector does not take is counted, and told of once in a minute', async () => {
  let isAway = true
  let now = 0
  const { log, lines } = keptLog()
  const exporter: SpanExporter = {
    export: (_spans, onResult) =>
      onResult(
        isAway
          ? { code: ExportResultCode.FAILED, error: new Error('away') }
          : { code: ExportResultCode.SUCCESS },
      ),
    shutdown: async () => {},
  }
  const counting = counted(exporter, log, () => now)
  const codes: number[] = []
  const sendAt = (moment: number) => {
    now = moment
    counting.export([], ({ code }) => codes.push(code))
  }

  sendAt(0)
  sendAt(59_999)
  expect(lines.map(({ msg }) => msg)).toEqual(['traces cannot be sent'])
  sendAt(60_000)
  expect(lines).toHaveLength(2)
  isAway = false
  sendAt(200_000)
  expect(lines).toHaveLength(2)
  expect(codes).toEqual([1, 1, 1, 0])
  const counter = await register.getSingleMetric('trace_spans_total')?.get()
  const results = counter?.values.map(({ labels }) => labels['result'])
  expect(results?.toSorted()).toEqual(['lost', 'sent'])
})
