import type { Child } from '../../../deploy/local/child.ts'

/** Who is measured: our ledger, and the same ledger in Kafka Streams. */
export const SUBJECTS = ['billing', 'streams'] as const
export type SubjectName = (typeof SUBJECTS)[number]

/** A process that decides transactions. */
export type Subject = {
  child: Child
  /** For the message that says why it does not get on. */
  logFile: string
  stop: () => Promise<void>
}
