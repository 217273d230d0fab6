import { describe, expect, test } from 'bun:test'
import { readConfig } from '../config.ts'
import { tracingConfig } from './config.ts'

const read = (environment: Record<string, string>) =>
  readConfig(tracingConfig('books'), environment).tracing

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

describe('tracing', () => {
  test('is off by default, whatever else is said', () => {
    expect(read({})).toBeUndefined()
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeUndefined()
    expect(read({ OTEL_SERVICE_NAME: 'shop', OTEL_TRACES_SAMPLER: 'always_on' })).toBeUndefined()
  })
  test('is on where there is a collector, for every request', () => {
    expect(read(COLLECTOR)).toEqual({
      service: 'books',
      sampler: 'parentbased_always_on',
      ratio: 1,
    })
  })
  test('traces as much as is asked for', () => {
    expect(
      read({
        ...COLLECTOR,
        OTEL_SERVICE_NAME: 'shop-books',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.05',
      }),
    ).toEqual({ service: 'shop-books', sampler: 'parentbased_traceidratio', ratio: 0.05 })
  })
})

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
  ['OTEL_SERVICE_NAME', ''],
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['OTEL_TRACES_SAMPLER_ARG', '-1'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
])('%s=%s is refused', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name)
})
