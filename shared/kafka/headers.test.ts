import { expect, test } from 'bun:test'
import type { IHeaders } from 'kafkajs'
import type { Traced } from '../tracing/traceparent.ts'
import { messageOf, tracedBy } from './headers.ts'

const ONE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test.each<[string, IHeaders | undefined, Traced]>([
  ['none at all', undefined, {}],
  ['others', { other: Buffer.from(ONE) }, {}],
  ['a trace', { traceparent: Buffer.from(ONE) }, { traceparent: ONE }],
  ['garbage', { traceparent: Buffer.from([0xff, 0, 0x0a]) }, {}],
  ['an empty one', { traceparent: Buffer.alloc(0) }, {}],
  ['a megabyte', { traceparent: Buffer.alloc(1_048_576, ONE) }, {}],
  ['two traces', { traceparent: [Buffer.from(ONE), Buffer.from(ONE)] }, {}],
  ['no value', { traceparent: undefined }, {}],
])('headers: %s', (_name, headers, expected) => {
  expect(tracedBy(headers)).toEqual(expected)
})

test('a record has headers only for a trace', () => {
  const record = { topic: 't', key: 'k', value: 'v' }
  expect(messageOf(record)).toEqual({ key: 'k', value: 'v' })
  expect(messageOf({ ...record, traceparent: ONE })).toEqual({
    key: 'k',
    value: 'v',
    headers: { traceparent: ONE },
  })
})
