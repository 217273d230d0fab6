import {
  type Batch,
  type DumpRecord,
  type Offsets,
  TOPIC_NAMES,
  type TopicName,
  type TransactionNote,
} from '../../dump/dump.ts'

export type Written = { topic: TopicName; partition: number; key: string; value: string | null }
export type Writer = { producerId: number; producerEpoch: number }

export const PARTITIONS = 2
const OFFSETS = '__consumer_offsets'
const PLAIN: Writer = { producerId: -1, producerEpoch: -1 }

/** A log in memory that keeps itself as a dump shows it. */
export const openLog = () => {
  const topics = Object.fromEntries(
    TOPIC_NAMES.map((topic) => [topic, { committed: [], uncommitted: [] }]),
  ) as unknown as Record<TopicName, { committed: DumpRecord[]; uncommitted: DumpRecord[] }>
  const batches: Batch[] = []
  const ends = new Map<string, number>()
  const committed = new Map<string, number>()

  const take = (topic: string, partition: number, count: number): number => {
    const place = `${topic}/${partition}`
    const base = ends.get(place) ?? 0
    ends.set(place, base + count)
    return base
  }
  const batch = (topic: string, partition: number, count: number, rest: Omit<Batch, Place>) => {
    const baseOffset = take(topic, partition, count)
    batches.push({
      topic,
      partition,
      baseOffset,
      lastOffset: baseOffset + count - 1,
      count,
      ...rest,
    })
    return baseOffset
  }
  const write = (writer: Writer, isTransactional: boolean, isVisible: boolean, record: Written) => {
    const { topic, partition } = record
    const offset = batch(topic, partition, 1, { ...writer, isTransactional })
    const kept = { ...record, offset, timestamp: 1 }
    topics[topic].uncommitted.push(kept)
    if (isVisible) topics[topic].committed.push(kept)
    return kept
  }

  const coordinator = openCoordinator()

  return {
    /** Outside of any transaction, as relays and intakes do. */
    send: (record: Written) => write(PLAIN, false, true, record),
    /** One transaction of the ledger. */
    transaction: (
      writer: Writer,
      input: { partition: number; next: number },
      records: readonly Written[],
      control: 'COMMIT' | 'ABORT' = 'COMMIT',
    ) => {
      const { partition, next } = input
      const group = { group: 'billing-ledger', topic: 'bankTransaction', partition, offset: next }
      const inTransaction = { ...writer, isTransactional: true }
      batch(OFFSETS, 0, 1, { ...inTransaction, commits: [group] })
      for (const record of records) write(writer, true, control === 'COMMIT', record)
      for (const topic of new Set(records.map((record) => record.topic))) {
        batch(topic, partition, 1, { ...inTransaction, control })
      }
      batch(OFFSETS, 0, 1, { ...inTransaction, control })
      const places = new Set(records.map((record) => `${record.topic}/${partition}`))
      coordinator.note(partition, writer, control, [`${OFFSETS}/0`, ...places])
      if (control === 'COMMIT') committed.set(`billing-ledger ${partition}`, next)
    },
    end: (topic: string, partition: number): number => ends.get(`${topic}/${partition}`) ?? 0,
    topics,
    transactions: coordinator.notes,
    /** File by file, as they lie on the disk. */
    batches: () => TOPICS.flatMap((topic) => batches.filter((each) => each.topic === topic)),
    offsets: () => offsetsOf(ends, committed),
  }
}

const openCoordinator = () => {
  const notes: TransactionNote[] = []
  return {
    note: (
      partition: number,
      writer: Writer,
      control: 'COMMIT' | 'ABORT',
      partitions: string[],
    ): void => {
      const transactionalId = `billing-ledger-bankTransaction-${partition}`
      const state = control === 'COMMIT' ? 'PrepareCommit' : 'PrepareAbort'
      notes.push({ transactionalId, ...writer, state, partitions })
    },
    /** At the end, all are done. */
    notes: () => {
      const last = new Map(notes.map((each) => [each.transactionalId, each]))
      const done = { state: 'CompleteCommit', partitions: [] }
      return [...notes, ...[...last.values()].map((each) => ({ ...each, ...done }))]
    },
  }
}

type Numbers = ReadonlyMap<string, number>

const offsetsOf = (ends: Numbers, committed: Numbers): Offsets => ({
  topics: Object.fromEntries(
    TOPIC_NAMES.map((topic) => [
      topic,
      numbers().map((partition) => {
        const end = ends.get(`${topic}/${partition}`) ?? 0
        return { partition, start: 0, lastStable: end, end }
      }),
    ]),
  ),
  groups: {
    'billing-ledger': {
      bankTransaction: numbers().flatMap((partition) => {
        const position = committed.get(`billing-ledger ${partition}`)
        return position === undefined ? [] : [{ partition, committed: position }]
      }),
    },
    'billing-intake': atTheEnd(ends, 'order'),
    'order-outcomes': outcomesAtTheEnd(ends),
    'notification-outcomes': outcomesAtTheEnd(ends),
  },
})

type Place = 'topic' | 'partition' | 'baseOffset' | 'lastOffset' | 'count'
const TOPICS: readonly string[] = [...TOPIC_NAMES, OFFSETS]

const numbers = () => Array.from({ length: PARTITIONS }, (_, partition) => partition)

const atTheEnd = (ends: Numbers, ...topics: readonly TopicName[]) =>
  Object.fromEntries(
    topics.map((topic) => [
      topic,
      numbers().map((partition) => ({
        partition,
        committed: ends.get(`${topic}/${partition}`) ?? 0,
      })),
    ]),
  )

const outcomesAtTheEnd = (ends: Numbers) =>
  atTheEnd(ends, 'approvedOrderTransaction', 'rejectedOrderTransaction')
