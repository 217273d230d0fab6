/** What groups have committed, and what open transactions would commit. */
export type Offsets = {
  commit: (group: string, topic: string, partition: number, offset: string) => void
  /** Becomes visible with the transaction; until then a fetch answers what was before. */
  prepare: (
    producerId: number,
    group: string,
    topic: string,
    partition: number,
    offset: string,
  ) => void
  settle: (producerId: number, group: string, isCommit: boolean) => void
  of: (group: string, topic: string, partition: number) => string
  /** Sets back what is committed; nothing when there is nothing. */
  rewind: (group: string, topic: string, partition: number, offset: string) => void
  all: () => { group: string; topic: string; partition: number; offset: string }[]
}

/** Told of each offset that a transaction commits; `before` is the one that it replaces. */
export type OnCommitted = (committed: {
  group: string
  topic: string
  partition: number
  before: number
  offset: number
}) => void

export const offsetStore = (onCommitted: OnCommitted): Offsets => {
  const committed = new Map<string, string>()
  const pending = new Map<string, Map<string, string>>()

  return {
    commit: (group, topic, partition, offset) =>
      void committed.set(keyOf(group, topic, partition), offset),
    prepare: (producerId, group, topic, partition, offset) => {
      const key = `${producerId} ${group}`
      const entries = pending.get(key) ?? new Map<string, string>()
      pending.set(key, entries.set(keyOf(group, topic, partition), offset))
    },
    settle: (producerId, group, isCommit) => {
      const key = `${producerId} ${group}`
      for (const [where, offset] of isCommit ? (pending.get(key) ?? []) : []) {
        const { topic, partition } = placeOf(where)
        const before = Number(committed.get(where) ?? -1)
        onCommitted({ group, topic, partition, before, offset: Number(offset) })
        committed.set(where, offset)
      }
      pending.delete(key)
    },
    of: (group, topic, partition) => committed.get(keyOf(group, topic, partition)) ?? '-1',
    rewind: (group, topic, partition, offset) => {
      const key = keyOf(group, topic, partition)
      if (committed.has(key)) committed.set(key, offset)
    },
    all: () => [...committed].map(([key, offset]) => ({ ...placeOf(key), offset })),
  }
}

const keyOf = (group: string, topic: string, partition: number) => `${group} ${topic} ${partition}`

const placeOf = (key: string) => {
  const [group = '', topic = '', partition = ''] = key.split(' ')
  return { group, topic, partition: Number(partition) }
}
