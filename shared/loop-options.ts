import type { Health } from './health.ts'
import type { KafkaClient } from './kafka/kafka-client.ts'
import type { Log } from './log.ts'
import type { OpenOutboxSession } from './outbox/session.ts'
import type { Tracer } from './tracing/tracer.ts'
import type { Bell } from './wait.ts'

/** What the loops of a service that only reads need, whatever it is about. */
export type ReaderLoopOptions = {
  kafka: KafkaClient
  partitions: number
  tracer: Tracer
  health: Health
  log: Log
  onCrashed: (error: Error) => void
}

/** And of one that has an outbox as well. */
export type WriterLoopOptions = ReaderLoopOptions & {
  openSession: OpenOutboxSession
  /** Rung whenever something was enqueued. */
  enqueued: Bell
  sweepAfterMs: number
}
