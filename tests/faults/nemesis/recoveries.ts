import { pause } from '../../../shared/wait.ts'
import type { Decisions } from '../cluster/types.ts'
import type { Target } from '../plan/fault.ts'

/** How long it took after something ended until the ledger decided again. */
export type Recovery = {
  cause: 'kill' | 'restart'
  targets: readonly Target[]
  /** Until the first decision of anybody. */
  firstMs: number
  /** Until each partition that had lost its owner had a decision, if any had lost one. */
  ownersMs?: number
}

export type Recoveries = {
  /** Begins to wait; resolves with the first decision, or when there was none for long. */
  measure: (
    cause: Recovery['cause'],
    targets: readonly Target[],
    moment: number,
    /** Those that lost their owner; all when left out. */
    partitions: readonly number[] | undefined,
  ) => Promise<void>
  /** Resolves with all of them when none is being measured any more. */
  all: () => Promise<readonly Recovery[]>
}

/** A recovery that takes longer is counted as this long: it is a failure in any case. */
const GIVEN_UP_MS = 60_000
/** The next fault waits no longer than this. */
const PATIENCE_MS = 20_000

export const measureRecoveries = (
  decisions: Decisions,
  partitionCount: number,
  onMeasured: (recovery: Recovery) => void,
): Recoveries => {
  const everywhere = Array.from({ length: partitionCount }, (_, partition) => partition)
  const found: Recovery[] = []
  const pending = new Set<Promise<void>>()

  return {
    measure: (cause, targets, moment, partitions) => {
      const firstIn = (those: readonly number[]) =>
        decisions.firstAfter(moment, { deadlineMs: GIVEN_UP_MS, partitions: those })
      const elapsed = (first: Promise<number>): Promise<number> =>
        first.then(
          (at) => at - moment,
          () => GIVEN_UP_MS,
        )
      const first = elapsed(Promise.any(everywhere.map((partition) => firstIn([partition]))))
      const orphans = partitions ?? everywhere
      const owners = orphans.length === 0 ? undefined : elapsed(firstIn(orphans))
      const whole = (async () => {
        const [firstMs, ownersMs] = await Promise.all([first, owners])
        const recovery: Recovery = {
          cause,
          targets,
          firstMs: Math.round(firstMs),
          ...(ownersMs !== undefined && { ownersMs: Math.round(ownersMs) }),
        }
        found.push(recovery)
        onMeasured(recovery)
      })()
      pending.add(whole)
      void whole.finally(() => pending.delete(whole))
      return Promise.race([first.then(() => undefined), pause(PATIENCE_MS)])
    },
    all: async () => {
      await Promise.all(pending)
      return found
    },
  }
}
