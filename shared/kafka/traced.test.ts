import { expect, test } from 'bun:test'
import { place, recordedSpans } from '../../tests/support/recorded-spans.ts'
import { inertTracer } from '../tracing/tracer.ts'
import type { Incoming, Outgoing } from './record.ts'
import type { Sender } from './sender.ts'
import { tracedHandle, tracedSender } from './traced.ts'

const ABOUT = { 'messaging.system.name': 'kafka', 'messaging.destination.name': 'letters' }

test('a record is sent with a span, which its reader goes on from', async () => {
  const sent: Outgoing[] = []
  const sender: Sender = { send: async (list) => void sent.push(...list), close: async () => {} }
  const { tracer, spans } = recordedSpans()
  const letter = { topic: 'letters', key: 'k', value: 'v' }
  await tracedSender(tracer, sender).send([letter, { ...letter, traceparent: place(1) }])
  expect(sent).toEqual([letter, { ...letter, traceparent: place(101) }])
  expect(spans[0]).toMatchObject({
    step: { name: 'send letters', kind: 'producer', parent: place(1), attributes: ABOUT },
    ending: {},
  })
})

test('a record is handled with a span, which what comes of it goes on from', async () => {
  const { tracer, spans } = recordedSpans()
  const record: Incoming = {
    topic: 'letters',
    partition: 3,
    offset: 9n,
    key: Buffer.from('k'),
    value: null,
    traceparent: place(1),
  }
  const seen: (string | undefined)[] = []
  const handle = tracedHandle(tracer, 'readers', async (records) => {
    seen.push(...records.map(({ traceparent }) => traceparent))
    return []
  })
  expect(await handle([record])).toEqual([])
  expect(seen).toEqual([place(101)])
  expect(spans[0]).toMatchObject({
    step: {
      name: 'process letters',
      kind: 'consumer',
      parent: place(1),
      attributes: {
        ...ABOUT,
        'messaging.consumer.group.name': 'readers',
        'messaging.destination.partition.id': '3',
        'kafka.offset': 9,
        'kafka.message.key': 'k',
      },
    },
    ending: {},
  })
})

test('nothing is in between when nothing is traced', () => {
  const sender: Sender = { send: async () => {}, close: async () => {} }
  const handle = async () => []
  expect(tracedSender(inertTracer, sender)).toBe(sender)
  expect(tracedHandle(inertTracer, 'readers', handle)).toBe(handle)
})
