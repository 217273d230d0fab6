/**
 * The places where a process may die with the most to lose: between two steps that belong
 * together. Tests make it die, or sleep, exactly there.
 */
export const CRASH_POINTS = [
  'write.open',
  'write.committed',
  'intake.open',
  'intake.committed',
  'relay.looked',
  'relay.sent',
  'follow.handled',
  'follow.committed',
  'owner.fenced',
  'owner.positioned',
  'owner.restored',
  'owner.folded',
  'owner.committed',
  'transaction.registered',
  'transaction.written',
  'transaction.committed',
  'projection.read',
  'projection.stored',
  'sweeper.enqueued',
] as const

export type CrashPoint = (typeof CRASH_POINTS)[number]

/**
 * `topic`: of those who do the same for several topics, the one whose turn it is.
 *
 * Does nothing. No variable, file or request changes that: only code that is loaded before the
 * service, as a test does with `bun --preload`, can put something in its place.
 */
export const crashPoint = (name: CrashPoint, topic?: string): void => reached?.(name, topic)

/** For tests: what happens at a crash point from now on. */
export const onCrashPoint = (hook: Hook | undefined): void => {
  reached = hook
}

type Hook = (name: CrashPoint, topic: string | undefined) => void

let reached: Hook | undefined
