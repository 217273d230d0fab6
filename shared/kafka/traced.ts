import { traceEach } from '../tracing/trace-each.ts'
import type { Tracer } from '../tracing/tracer.ts'
import type { FollowOptions } from './follow.ts'
import type { Sender } from './sender.ts'
import { processing, sending } from './spans.ts'

type Handle = FollowOptions['handle']

/** Sends with a span for each record of a trace; the record carries it on. */
export const tracedSender = (tracer: Tracer, sender: Sender): Sender =>
  tracer.isOn
    ? { ...sender, send: (records) => traceEach(tracer, records, sending, sender.send) }
    : sender

/** Handles with a span for each record of a trace, at each attempt. */
export const tracedHandle = (tracer: Tracer, groupId: string, handle: Handle): Handle => {
  const stepOf = processing(groupId)
  return tracer.isOn ? (records) => traceEach(tracer, records, stepOf, handle) : handle
}
