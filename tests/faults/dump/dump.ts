import type {
  AccountRow,
  BalanceRow,
  CheckpointRow,
  JournalRow,
  MessageRow,
  OrderRow,
  OutboxRow,
  TransactionRow,
} from './rows.ts'

/**
 * Everything that a run left behind, as it lies in the files of one folder. Nothing here was
 * touched by the code under test: topics come from the broker's own consumer, tables as text.
 */
export type Dump = {
  run: Run
  /** In the order in which they were invoked. */
  operations: Operation[]
  topics: Record<TopicName, Topic>
  offsets: Offsets
  tables: Tables
  faults: Fault[]
  /** What the broker's segments hold, batch by batch; absent when its disk was out of reach. */
  batches: Batch[] | undefined
  /** What the broker's coordinator noted of transactions; absent for the same reason. */
  transactions: TransactionNote[] | undefined
}

export const TOPIC_NAMES = [
  'order',
  'bankTransaction',
  'bankBalance',
  'processedTransaction',
  'approvedOrderTransaction',
  'rejectedOrderTransaction',
  'deadLetter',
] as const
export type TopicName = (typeof TOPIC_NAMES)[number]

export type Run = { partitions: number; seed?: number | string | undefined }

/** Text, or bytes that are no UTF-8 (or a lone byte-order mark) as base64. */
export type Bytes = string | { base64: string } | null

export type DumpRecord = {
  topic: TopicName
  partition: number
  offset: number
  key: Bytes
  value: Bytes
  timestamp: number
}

/** The same topic by two readers: one that waits for transactions to end, and one that does not. */
export type Topic = { committed: DumpRecord[]; uncommitted: DumpRecord[] }

export const OPERATION_TYPES = [
  'create',
  'deposit',
  'order',
  'balance',
  'status',
  'message',
] as const

/**
 * One request of a client and how it ended. `unknown`: it may have had its effect or not; that is
 * also what an operation without a completion is.
 */
export type Operation = {
  id: number
  client: number
  type: (typeof OPERATION_TYPES)[number]
  instance: string | undefined
  request: {
    account?: string | undefined
    /** In minor units. */
    amount?: bigint | undefined
    hash?: string | undefined
    orderId?: number | undefined
  }
  /** Moments are line numbers of the history, which is written as things happen: they never tie. */
  invoked: number
  /** Infinity for one that was never answered. */
  completed: number
  outcome: 'ok' | 'failed' | 'unknown'
  status: number | undefined
  code: string | undefined
  answer: unknown
}

export type Offsets = {
  topics: Record<string, PartitionOffsets[]>
  /** By group, then topic. */
  groups: Record<string, Record<string, GroupOffset[]>>
}
export type PartitionOffsets = {
  partition: number
  /** The first offset that is retained. */
  start: number
  /** What those who wait for transactions to end can see ends here. */
  lastStable: number
  /** One past the last record, committed or not. */
  end: number
}
export type GroupOffset = { partition: number; committed: number }

export type Tables = {
  orders: OrderRow[]
  orderOutbox: OutboxRow[]
  accounts: AccountRow[]
  transactions: TransactionRow[]
  balances: BalanceRow[]
  journal: JournalRow[]
  checkpoints: CheckpointRow[]
  billingOutbox: OutboxRow[]
  messages: MessageRow[]
}

/**
 * What was done to the system. Two things matter to a checker: planted records, which `poison`
 * lines name by place or, when the reply of the broker was lost, by value; and that the offsets of
 * a group were set from outside.
 */
export type Fault = {
  kind: string
  /** The group whose offsets were set or forgotten. */
  rewound?: string | undefined
  topic?: string | undefined
  partition?: number | undefined
  offset?: number | undefined
  value?: Bytes | undefined
}

/**
 * A batch as it lies on the broker's disk; a control batch ends a transaction. Beside those of the
 * topics there are the batches of `__consumer_offsets` that commit offsets or end transactions.
 */
export type Batch = {
  topic: string
  partition: number
  baseOffset: number
  lastOffset: number
  /** Fewer than its offsets once a cleaner was there. */
  count: number
  producerId: number
  producerEpoch: number
  isTransactional: boolean
  control?: 'COMMIT' | 'ABORT' | undefined
  commits?: OffsetCommit[] | undefined
}

/**
 * A transaction as its coordinator saw it: at the moment when its end was decided, and whatever
 * came last of each transactional id.
 */
export type TransactionNote = {
  transactionalId: string
  producerId: number
  producerEpoch: number
  state: string
  /** As `topic/partition`. */
  partitions: string[]
}

export type OffsetCommit = {
  group: string
  topic: string
  partition: number
  /** Null when the group is to be forgotten. */
  offset: number | null
}

/** Where a record is, for people: `topic/partition@offset`. */
export const placeOf = ({
  topic,
  partition,
  offset,
}: Omit<DumpRecord, 'key' | 'value' | 'timestamp'>) => `${topic}/${partition}@${offset}`
