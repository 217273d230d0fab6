import * as v from 'valibot'
import {
  balanceCodec,
  journalCodec,
  type Outcome,
  outcomeCodec,
  transactionCodec,
} from '../../../billing/events.ts'
import { orderCodec } from '../../../order/events.ts'
import { type Decoded, json } from '../../../shared/codec.ts'
import type { Dump, DumpRecord, TopicName } from '../dump/dump.ts'
import { bufferOf } from './bytes.ts'

/** What one record says, by the schema of the topic's writer. */
export type Read<T> = { record: DumpRecord; value: T }

type Value<Codec extends { decode: (bytes: Buffer | null) => Decoded<unknown> }> = Extract<
  ReturnType<Codec['decode']>,
  { ok: true }
>['value']

export type OrderValue = Value<typeof orderCodec>
export type TransactionValue = Value<typeof transactionCodec>
export type BalanceValue = Value<typeof balanceCodec>
export type JournalValue = Value<typeof journalCodec>
export type OutcomeValue = Outcome
export type LetterValue = Value<typeof letterCodec>

/** A dead letter has no schema of its own in the product. */
const letterCodec = json(
  v.object({
    topic: v.string(),
    partition: v.number(),
    offset: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)),
    reason: v.string(),
    key: v.optional(v.nullable(v.string())),
    keySha256: v.optional(v.string()),
    keyBytes: v.optional(v.number()),
    value: v.optional(v.nullable(v.string())),
    sha256: v.optional(v.string()),
    bytes: v.optional(v.number()),
  }),
)

export const CODECS = {
  order: orderCodec,
  bankTransaction: transactionCodec,
  bankBalance: balanceCodec,
  processedTransaction: journalCodec,
  approvedOrderTransaction: outcomeCodec,
  rejectedOrderTransaction: outcomeCodec,
  deadLetter: letterCodec,
} as const satisfies Record<TopicName, { decode: (bytes: Buffer | null) => Decoded<unknown> }>

/** The committed records of all topics that can be read; those that were planted are left out. */
export type Readings = {
  orders: Read<OrderValue>[]
  transactions: Read<TransactionValue>[]
  balances: Read<BalanceValue>[]
  journal: Read<JournalValue>[]
  /** Of both topics. */
  outcomes: Read<OutcomeValue>[]
  letters: Read<LetterValue>[]
}

export const readAllRecords = (
  { topics }: Pick<Dump, 'topics'>,
  isPlanted: (record: DumpRecord) => boolean,
): Readings => {
  const read = <T>(topic: TopicName, decode: (bytes: Buffer | null) => Decoded<T>): Read<T>[] =>
    topics[topic].committed.flatMap((record) => {
      if (isPlanted(record)) return []
      const decoded = decode(bufferOf(record.value))
      return decoded.ok ? [{ record, value: decoded.value }] : []
    })
  return {
    orders: read('order', orderCodec.decode),
    transactions: read('bankTransaction', transactionCodec.decode),
    balances: read('bankBalance', balanceCodec.decode),
    journal: read('processedTransaction', journalCodec.decode),
    outcomes: [
      ...read('approvedOrderTransaction', outcomeCodec.decode),
      ...read('rejectedOrderTransaction', outcomeCodec.decode),
    ],
    letters: read('deadLetter', letterCodec.decode),
  }
}
