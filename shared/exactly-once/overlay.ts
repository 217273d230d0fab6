/**
 * The states that were committed and that the projection has not stored yet. Its size is the lag
 * of the projection, not the number of keys. A state leaves once one at least as new is stored.
 */
export type Overlay<State> = {
  of: (keys: readonly string[]) => Map<string, State>
  keep: (states: ReadonlyMap<string, State>) => void
  /** The projection stored the state of this key with this version. */
  stored: (key: string, version: number) => void
  clear: () => void
  size: () => number
}

/** `versionOf` grows with each change of a state. */
export const overlay = <State>(versionOf: (state: State) => number): Overlay<State> => {
  const kept = new Map<string, State>()
  return {
    of: (keys) => {
      const found = new Map<string, State>()
      for (const key of keys) {
        const state = kept.get(key)
        if (state !== undefined) found.set(key, state)
      }
      return found
    },
    keep: (states) => {
      for (const [key, state] of states) kept.set(key, state)
    },
    stored: (key, version) => {
      const state = kept.get(key)
      if (state !== undefined && versionOf(state) <= version) kept.delete(key)
    },
    clear: () => kept.clear(),
    size: () => kept.size,
  }
}
