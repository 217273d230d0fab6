import { at, type Traced, type Traceparent } from './traceparent.ts'
import type { Span, SpanStart, Tracer } from './tracer.ts'

/**
 * Does work on a batch, with a span for each item that belongs to a trace; what comes out of an
 * item goes on from its span. Items without a trace are not traced: a sampler has decided about
 * them, or they are sent again, long after what they were a part of.
 *
 * One span for the batch with links would be cheaper, but then an order would be many traces.
 */
export const traceEach = async <Item extends Traced, Result>(
  tracer: Tracer,
  items: readonly Item[],
  stepOf: (item: Item) => Omit<SpanStart, 'parent'>,
  work: (items: readonly Item[]) => Promise<Result>,
): Promise<Result> => {
  if (!tracer.isOn || !items.some(isTraced)) return work(items)
  const spans: Span[] = []
  const traced = items.map((item) => {
    if (!isTraced(item)) return item
    const span = tracer.start({ ...stepOf(item), parent: item.traceparent })
    spans.push(span)
    return at(span.traceparent, item)
  })
  try {
    const result = await work(traced)
    for (const span of spans) span.end()
    return result
  } catch (error) {
    const type = error instanceof Error ? error.name : 'unknown'
    for (const span of spans) span.end({ error: type })
    throw error
  }
}

const isTraced = <T extends Traced>(item: T): item is T & { traceparent: Traceparent } =>
  item.traceparent !== undefined
