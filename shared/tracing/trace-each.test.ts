import { describe, expect, test } from 'bun:test'
import { place, recordedSpans } from '../../tests/support/recorded-spans.ts'
import { traceEach } from './trace-each.ts'
import type { Traced } from './traceparent.ts'
import { inertTracer } from './tracer.ts'

type Item = Traced & { key: string }
const traced: Item = { key: 'a', traceparent: place(1) }
const untraced: Item = { key: 'b' }
const stepOf = ({ key }: Item) => ({ name: key, kind: 'consumer', attributes: {} }) as const

describe('a batch', () => {
  test('has a span for each item of a trace, and what comes of it goes on from there', async () => {
    const { tracer, spans } = recordedSpans()
    const seen = await traceEach(tracer, [traced, untraced], stepOf, async (items) => [...items])
    expect(seen).toEqual([{ key: 'a', traceparent: place(101) }, untraced])
    expect(spans).toEqual([{ step: { ...stepOf(traced), parent: place(1) }, ending: {} }])
  })
  test('that fails is told as failed, and fails', async () => {
    const { tracer, spans } = recordedSpans()
    const failing = traceEach(tracer, [traced], stepOf, () => Promise.reject(new TypeError('no')))
    expect(await failing.catch(String)).toBe('TypeError: no')
    expect(spans[0]?.ending).toEqual({ error: 'TypeError' })
  })
  test.each([
    ['nothing is traced', inertTracer, [traced]],
    ['nothing of it is', recordedSpans().tracer, [untraced]],
  ])('is handed on as it is when %s', async (_why, tracer, items) => {
    const unasked = () => {
      throw new Error('asked for a span')
    }
    expect(await traceEach(tracer, items, unasked, async (given) => given)).toBe(items)
  })
})

test('the inert tracer does nothing', async () => {
  const { isOn, start, stop } = inertTracer
  const one = start({ ...stepOf(traced), parent: place(1) })
  const other = start({ ...stepOf(untraced), parent: undefined })
  expect([isOn, one.traceparent, one === other]).toEqual([false, undefined, true])
  one.end({ error: 'Error' })
  await stop()
})
