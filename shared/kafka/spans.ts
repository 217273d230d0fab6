import type { SpanStart } from '../tracing/tracer.ts'
import type { Incoming, Outgoing } from './record.ts'

type Step = Omit<SpanStart, 'parent'>

/**
 * Handling a record, by the conventions of OpenTelemetry 1.45. `group` is the consumer group, for
 * who reads in one.
 */
export const processing =
  (group?: string) =>
  ({ topic, partition, offset, key }: Incoming): Step => ({
    name: `process ${topic}`,
    kind: 'consumer',
    attributes: {
      ...about('process', topic),
      'messaging.destination.partition.id': String(partition),
      'kafka.offset': Number(offset),
      ...(key !== null && { 'kafka.message.key': key.toString() }),
      ...(group !== undefined && { 'messaging.consumer.group.name': group }),
    },
  })

/** Sending a record. To which partition it goes is the client's business. */
export const sending = ({ topic, key }: Outgoing): Step => ({
  name: `send ${topic}`,
  kind: 'producer',
  attributes: { ...about('send', topic), 'kafka.message.key': key },
})

const about = (operation: 'process' | 'send', topic: string) => ({
  'messaging.system.name': 'kafka',
  // What it was called until lately, and what backends look for.
  'messaging.system': 'kafka',
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
  'messaging.destination.name': topic,
})
