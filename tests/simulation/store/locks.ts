/** Who holds locks: a transaction. Of `waitsFor`, deadlocks are made. */
export type Holder = { locks: Set<string>; waitsFor: string | undefined }

export type Locks<H extends Holder> = {
  /** Calls back at once or when all who came before are done. */
  acquire: (key: string, holder: H, granted: () => void) => void
  isFree: (key: string, holder: H) => boolean
  isHeld: (key: string) => boolean
  /** Gives up waiting. */
  forget: (holder: H) => void
  releaseAll: (holder: H) => void
  /** Whether everybody in a circle waits for the next. */
  isDeadlocked: (holder: H) => boolean
}

type Lock<H> = { owner: H; queue: { holder: H; granted: () => void }[] }

/** Exclusive locks on rows and on values of unique constraints, first come first served. */
export const lockTable = <H extends Holder>(): Locks<H> => {
  const held = new Map<string, Lock<H>>()

  const release = (key: string): void => {
    const lock = held.get(key)
    const next = lock?.queue.shift()
    if (lock === undefined || next === undefined) {
      held.delete(key)
      return
    }
    lock.owner = next.holder
    next.holder.locks.add(key)
    next.holder.waitsFor = undefined
    next.granted()
  }

  const isDeadlocked = (holder: H): boolean => {
    let at: H | undefined = holder
    for (let steps = 0; at?.waitsFor !== undefined && steps < 100; steps += 1) {
      at = held.get(at.waitsFor)?.owner
      if (at === holder) return true
    }
    return false
  }

  return {
    acquire: (key, holder, granted) => {
      const lock = held.get(key)
      if (lock === undefined) held.set(key, { owner: holder, queue: [] })
      else if (lock.owner !== holder) {
        holder.waitsFor = key
        lock.queue.push({ holder, granted })
        return
      }
      holder.locks.add(key)
      granted()
    },
    isFree: (key, holder) => {
      const owner = held.get(key)?.owner
      return owner === undefined || owner === holder
    },
    isHeld: (key) => held.has(key),
    forget: (holder) => {
      const lock = holder.waitsFor === undefined ? undefined : held.get(holder.waitsFor)
      holder.waitsFor = undefined
      if (lock === undefined) return
      lock.queue = lock.queue.filter((waiting) => waiting.holder !== holder)
    },
    releaseAll: (holder) => {
      const keys = [...holder.locks]
      holder.locks.clear()
      for (const key of keys) release(key)
    },
    isDeadlocked,
  }
}
