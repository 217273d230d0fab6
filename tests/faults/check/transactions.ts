import {
  type Batch,
  type PartitionOffsets,
  placeOf,
  TOPIC_NAMES,
  type TopicName,
  type TransactionNote,
} from '../dump/dump.ts'
import { type Ending, endingsOf, isWhole } from './endings.ts'
import { each, type Finding, type Invariant, type Problem, some, together } from './invariant.ts'
import type { View } from './view.ts'

const LEDGER = 'billing-ledger'
/** Written by the ledger and by nobody else. */
const LEDGER_TOPICS: readonly TopicName[] = ['bankBalance', 'processedTransaction']

/** What only the broker's disk tells: who wrote, in which epoch, and how transactions ended. */
export const TRANSACTION_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'transactions-end-as-read',
    promise: 'Who waits for transactions to end reads exactly what the markers on disk say',
    find: byPartition(endAsRead),
  },
  {
    name: 'nothing-is-skipped',
    promise: 'A reader that does not wait gets every record that is on the disk',
    find: byPartition(({ batchesOf, topics }, topic, partition, bounds) => {
      const batches = batchesOf(topic, partition)
      if (!isWhole(batches, bounds)) return NOTHING
      const { uncommitted } = topics[topic]
      const read = new Set(
        uncommitted.filter((record) => record.partition === partition).map(({ offset }) => offset),
      )
      return each(
        batches.filter(({ control }) => control === undefined),
        (batch) => {
          const offsets = Array.from(
            { length: batch.count },
            (_, index) => batch.baseOffset + index,
          )
          const missing = offsets.filter((offset) => !read.has(offset))
          const records = missing.map((offset) => `${topic}/${partition}@${offset}`)
          return some(missing.length > 0 && { detail: 'it was not read', records })
        },
      )
    }),
  },
  {
    name: 'ledger-writes-in-transactions',
    promise: 'Balances and journal are written inside of transactions only',
    find: byPartition(({ batchesOf }, topic, partition) =>
      LEDGER_TOPICS.includes(topic)
        ? each(batchesOf(topic, partition), (batch) =>
            some(!batch.isTransactional && { detail: 'no transaction', records: [at(batch)] }),
          )
        : NOTHING,
    ),
  },
  {
    name: 'one-writer-per-partition',
    promise:
      'The ledger’s partition has one transactional id: whoever takes over fences the last owner',
    find: byPartition(({ batchesOf }, topic, partition) => {
      if (!LEDGER_TOPICS.includes(topic)) return NOTHING
      const [first, ...others] = batchesOf(topic, partition)
      return each(others, (batch) => {
        const detail = `producers ${first?.producerId} and ${batch.producerId} wrote it`
        const isOther = first !== undefined && first.producerId !== batch.producerId
        return some(isOther && { detail, records: [at(first), at(batch)] })
      })
    }),
  },
  {
    name: 'fenced-writers-are-silent',
    promise: 'Once a transactional id was taken over, its earlier owner writes nothing more',
    find: byPartition(({ batchesOf }, topic, partition) => {
      const latest = new Map<number, Batch>()
      return each(
        batchesOf(topic, partition).filter(({ isTransactional }) => isTransactional),
        (batch) => {
          const before = latest.get(batch.producerId) ?? batch
          latest.set(batch.producerId, batch.producerEpoch > before.producerEpoch ? batch : before)
          const detail = `producer ${batch.producerId} wrote in epoch ${batch.producerEpoch} after ${before.producerEpoch}`
          const isBack = batch.control === undefined && batch.producerEpoch < before.producerEpoch
          return some(isBack && { detail, records: [at(before), at(batch)] })
        },
      )
    }),
  },
  {
    name: 'transactions-are-whole',
    promise:
      'Each transaction of the ledger has offset and outputs, of the one partition in its id',
    find: ({ transactions = [] }) =>
      each(
        transactions.filter(({ partitions }) => partitions.some(isLedgers)),
        wholeTransaction,
      ),
  },
  {
    name: 'transactions-are-over',
    promise: 'The last that the coordinator noted of each transactional id is that it is done',
    find: ({ transactions = [] }) => {
      const last = new Map(transactions.map((note) => [note.transactionalId, note]))
      return each(last.values(), ({ transactionalId, state }) =>
        some(!OVER.has(state) && { detail: `${transactionalId} is ${state}` }),
      )
    },
  },
  {
    name: 'offsets-commit-in-transactions',
    promise:
      'The ledger commits its offsets inside of transactions, and they never go back by themselves',
    find: offsetsInTransactions,
  },
]

const NOTHING: Finding = { looked: 0, problems: [] }

const at = ({ topic, partition, baseOffset }: Batch): string =>
  `${topic}/${partition}@${baseOffset}`

/** Nothing to look at when the broker's disk was out of reach. */
function byPartition(
  find: (view: View, topic: TopicName, partition: number, bounds: PartitionOffsets) => Finding,
) {
  return (view: View): Finding =>
    view.batches === undefined
      ? NOTHING
      : together(
          ...TOPIC_NAMES.flatMap((topic) =>
            (view.offsets.topics[topic] ?? []).map((bounds) =>
              find(view, topic, bounds.partition, bounds),
            ),
          ),
        )
}

function endAsRead(
  view: View,
  topic: TopicName,
  partition: number,
  bounds: PartitionOffsets,
): Finding {
  const batches = view.batchesOf(topic, partition)
  if (!isWhole(batches, bounds)) return NOTHING
  const endings = endingsOf(batches)
  const { committed, uncommitted } = view.topics[topic]
  const seen = new Set(
    committed.filter((record) => record.partition === partition).map(({ offset }) => offset),
  )
  const list = [...endings]
  let index = 0
  return each(
    uncommitted.filter((record) => record.partition === partition),
    (record) => {
      while ((list[index]?.[0].lastOffset ?? Number.POSITIVE_INFINITY) < record.offset) index += 1
      const ending: Ending = list[index]?.[1] ?? 'open'
      const isVisible = seen.has(record.offset)
      const shouldBe = ending === 'COMMIT' || ending === 'none'
      const detail = `its transaction ended in ${ending}, and it was ${isVisible ? '' : 'not '}read`
      return some(isVisible !== shouldBe && { detail, records: [placeOf(record)] })
    },
  )
}

/** Offsets that the harness set or had forgotten come from outside, and count anew from there. */
function offsetsInTransactions({ batches, faults, batchesOf }: View): Finding {
  const isRewound = faults.some(({ rewound }) => rewound === LEDGER)
  const partitions = new Set(
    (batches ?? []).filter(({ topic }) => topic === OFFSETS).map(({ partition }) => partition),
  )
  const reached = new Map<number, number>()
  return together(
    ...[...partitions].map((partition) =>
      each(endingsOf(batchesOf(OFFSETS, partition)), ([batch, ending]) => {
        const commits = (batch.commits ?? []).filter(({ group }) => group === LEDGER)
        return commits.flatMap((commit) => {
          if (ending === 'ABORT') return []
          const before = reached.get(commit.partition) ?? 0
          const offset = commit.offset ?? 0
          reached.set(commit.partition, offset)
          const [isOutside, isBack] = [!batch.isTransactional, offset < before]
          const what = `offset ${commit.offset} of bankTransaction/${commit.partition}`
          const records = [at(batch)]
          return some(
            isOutside && !isRewound && { detail: `${what} is in no transaction`, records },
            isBack && !isOutside && { detail: `${what} comes after ${before}`, records },
          )
        })
      }),
    ),
  )
}

const OFFSETS = '__consumer_offsets'
/** `Empty`: claimed, and nothing written since. */
const OVER = new Set(['Empty', 'CompleteCommit', 'CompleteAbort'])

const isLedgers = (place: string): boolean =>
  LEDGER_TOPICS.some((topic) => place.startsWith(`${topic}/`))

const wholeTransaction = ({ transactionalId, state, partitions }: TransactionNote): Problem[] => {
  const outputs = partitions.filter((place) => !place.startsWith(OFFSETS))
  const numbers = new Set(outputs.map((place) => place.split('/')[1]))
  const ids = [...numbers].map((number) => `${LEDGER}-bankTransaction-${number}`)
  const isCommitted = state === 'PrepareCommit'
  return some(
    ids.join() !== transactionalId && {
      detail: `${transactionalId} wrote to ${outputs.join(', ')}`,
    },
    isCommitted &&
      outputs.length === partitions.length && {
        detail: `a transaction of ${transactionalId} has ${outputs.join(', ')} and no offset`,
      },
  )
}
