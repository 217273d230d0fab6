import { pause } from '../../../shared/wait.ts'

/** What a network does to all that passes, for a while. Each begins at once and replaces its like. */
export type Conditions = {
  delay: (ms: number, jitterMs: number, durationMs: number) => void
  /** `atEnd` is called before what was held may pass, if there was anything to hold. */
  silence: (durationMs: number, atEnd?: () => void) => void
  slice: (bytes: number, durationMs: number) => void
  heal: () => void
  /** When something that comes now may pass on, by `performance.now()`. */
  dueAt: () => number
  /** Resolves when it may pass, because it is due and nothing is silent, or at the abort. */
  passable: (dueAt: number, signal: AbortSignal) => Promise<void>
  /** In what pieces bytes pass on now. */
  pieces: (bytes: Buffer) => Buffer[]
  /** How many times each was asked for and met any traffic. */
  counts: () => Record<Kind, number>
}

type Kind = 'delay' | 'blackhole' | 'slice'
/** One asking for a fault, and whether it met anything yet. */
type Spell = { until: number; hit: boolean }

/**
 * Where a reader might take the length of a message for whole is at its beginning; the rest of a
 * large one goes in one piece, because a packet for each byte of a megabyte stops the world.
 */
const PIECES_MAX = 64

/** `random` decides the jitter: from 0 to below 1. */
export const openConditions = (random: () => number): Conditions => {
  const counts = { delay: 0, blackhole: 0, slice: 0 }
  let delay: (Spell & { ms: number; jitterMs: number }) | undefined
  let slice: (Spell & { bytes: number }) | undefined
  let silence:
    | (Spell & { over: AbortController; timer: Timer; atEnd: (() => void) | undefined })
    | undefined

  const meets = (kind: Kind, spell: Spell): boolean => {
    if (performance.now() >= spell.until) return false
    if (!spell.hit) counts[kind] += 1
    spell.hit = true
    return true
  }

  const endSilence = (): void => {
    const ended = silence
    if (ended === undefined) return
    silence = undefined
    clearTimeout(ended.timer)
    if (ended.hit) ended.atEnd?.()
    ended.over.abort()
  }

  return {
    counts: () => ({ ...counts }),
    delay(ms, jitterMs, durationMs) {
      delay = { ms, jitterMs, until: performance.now() + durationMs, hit: false }
    },
    slice(bytes, durationMs) {
      slice = { bytes, until: performance.now() + durationMs, hit: false }
    },
    silence(durationMs, atEnd) {
      endSilence()
      silence = {
        over: new AbortController(),
        timer: setTimeout(endSilence, durationMs),
        atEnd,
        until: Number.POSITIVE_INFINITY,
        hit: false,
      }
    },
    heal() {
      delay = undefined
      slice = undefined
      endSilence()
    },
    dueAt() {
      const now = performance.now()
      if (delay === undefined || !meets('delay', delay)) return now
      return now + Math.max(0, delay.ms + (2 * random() - 1) * delay.jitterMs)
    },
    async passable(dueAt, signal) {
      while (!signal.aborted) {
        const waitMs = delay === undefined ? 0 : dueAt - performance.now()
        if (silence !== undefined && meets('blackhole', silence)) {
          await pause(LONGEST_MS, AbortSignal.any([silence.over.signal, signal]))
        } else if (waitMs > 0) await pause(Math.min(waitMs, HEALED_WITHIN_MS), signal)
        else return
      }
    },
    pieces(bytes) {
      if (slice === undefined || !meets('slice', slice)) return [bytes]
      const { bytes: size } = slice
      const count = Math.min(PIECES_MAX, Math.ceil(bytes.length / size))
      return Array.from({ length: count }, (_, index) =>
        bytes.subarray(index * size, index === count - 1 ? undefined : (index + 1) * size),
      )
    },
  }
}

type Timer = ReturnType<typeof setTimeout>

/** What waits for its time notices within so long that the delay is over for all. */
const HEALED_WITHIN_MS = 50
const LONGEST_MS = 3_600_000
