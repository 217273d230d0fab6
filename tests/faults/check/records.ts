import { type DumpRecord, placeOf, TOPIC_NAMES, type TopicName } from '../dump/dump.ts'
import { bufferOf, isSameBytes, shown } from './bytes.ts'
import { each, type Invariant, type Problem, together } from './invariant.ts'
import { CODECS, type Read } from './reading.ts'
import type { View } from './view.ts'

/** What must be true of each record by itself, and of its neighbours. */
export const RECORD_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'records-are-well-formed',
    promise: 'Every record is what its writer says it writes: schema, key, exact money, no more',
    find: ({ topics, isPlanted }) =>
      together(
        ...TOPIC_NAMES.map((topic) =>
          each(
            topics[topic].committed.filter((record) => !isPlanted(record)),
            (record) => malformed(topic, record),
          ),
        ),
      ),
  },
  {
    name: 'accounts-keep-their-partition',
    promise: 'All records of one account are in one partition, in every topic',
    find: ({ topics, isPlanted }) => {
      const homes = new Map<string, DumpRecord>()
      const keyed = TOPIC_NAMES.filter((topic) => topic !== 'deadLetter')
      return each(
        keyed.flatMap((topic) => topics[topic].committed),
        (record) => {
          if (typeof record.key !== 'string' || isPlanted(record)) return []
          const home = homes.get(record.key) ?? record
          homes.set(record.key, home)
          if (home.partition === record.partition) return []
          const detail = `it is in partitions ${home.partition} and ${record.partition}`
          return [{ account: record.key, detail, records: [placeOf(home), placeOf(record)] }]
        },
      )
    },
  },
  {
    name: 'offsets-increase',
    promise: 'Each place of a partition is read once, and lies within the partition',
    find: ({ topics, offsets }) =>
      together(
        ...TOPIC_NAMES.flatMap((topic) =>
          (['committed', 'uncommitted'] as const).map((isolation) => {
            let last: DumpRecord | undefined
            return each(topics[topic][isolation], (record) => {
              const before = last
              last = record
              return outOfPlace(before, record, offsets.topics[topic] ?? [])
            })
          }),
        ),
      ),
  },
  {
    name: 'committed-is-part-of-uncommitted',
    promise: 'Who waits for transactions to end reads the same bytes as who does not, or nothing',
    find: ({ topics }) =>
      together(
        ...TOPIC_NAMES.map((topic) => {
          const all = new Map(topics[topic].uncommitted.map((record) => [placeOf(record), record]))
          return each(topics[topic].committed, (record) => {
            const twin = all.get(placeOf(record))
            const isSame =
              twin && isSameBytes(twin.key, record.key) && isSameBytes(twin.value, record.value)
            const other = twin === undefined ? 'no record' : shown(twin.value)
            const detail = `committed is ${shown(record.value)}, uncommitted ${other}`
            return isSame ? [] : [{ detail, records: [placeOf(record)] }]
          })
        }),
      ),
  },
  {
    name: 'repeats-are-equal',
    promise: 'What is sent again (an order, a transaction) is the same to the byte',
    find: ({ readings: { orders, transactions } }) =>
      together(
        repeats(orders, ({ orderId }) => `order ${orderId}`),
        repeats(transactions, ({ account, sequence }) => `transaction ${account} ${sequence}`),
      ),
  },
]

const malformed = (topic: TopicName, record: DumpRecord): Problem[] => {
  const decoded = CODECS[topic].decode(bufferOf(record.value))
  const problem = (detail: string): Problem[] => [
    { detail: `${detail}: ${shown(record.value)}`, records: [placeOf(record)] },
  ]
  if (!decoded.ok) return problem(decoded.reason)
  const { value } = decoded
  if (typeof record.value !== 'string') return problem('it is no text')
  const parsed: unknown = JSON.parse(record.value)
  // A field twice, an amount as 1.0 or a space would be lost in reading, and is no accident.
  if (JSON.stringify(parsed) !== record.value) return problem('it is not what JSON writes')
  const unknown = Object.keys(parsed as object).filter((name) => !(name in value))
  if (unknown.length > 0) return problem(`it has fields that nobody declared, ${unknown.join()}`)
  if ('account' in value && record.key !== value.account)
    return problem('its key is not its account')
  if ('amount' in value && value.amount <= 0n) return problem('its amount is not positive')
  if ('outcome' in value && topic !== `${value.outcome}OrderTransaction`) {
    return problem(`an outcome is in the topic of the other`)
  }
  return []
}

const outOfPlace = (
  before: DumpRecord | undefined,
  record: DumpRecord,
  offsets: View['offsets']['topics'][string],
): Problem[] => {
  const bounds = offsets.find(({ partition }) => partition === record.partition)
  const records = [placeOf(record)]
  if (bounds === undefined || record.offset < bounds.start || record.offset >= bounds.end) {
    return [{ detail: `it is beyond ${bounds?.start}…${bounds?.end}`, records }]
  }
  return before?.partition === record.partition && before.offset >= record.offset
    ? [{ detail: `${placeOf(before)} comes before it`, records }]
    : []
}

const repeats = <T>(reads: readonly Read<T>[], nameOf: (value: T) => string) => {
  const first = new Map<string, DumpRecord>()
  return each(reads, ({ record, value }) => {
    const name = nameOf(value)
    const known = first.get(name)
    if (known === undefined) first.set(name, record)
    if (known === undefined || isSameBytes(known.value, record.value)) return []
    const detail = `${name} is ${shown(known.value)} and ${shown(record.value)}`
    return [{ detail, records: [placeOf(known), placeOf(record)] }]
  })
}
