import { createHash } from 'node:crypto'
import { type DumpRecord, placeOf, TOPIC_NAMES, type TopicName } from '../dump/dump.ts'
import { bufferOf, shown } from './bytes.ts'
import { each, type Invariant, some, together } from './invariant.ts'
import type { LetterValue } from './reading.ts'
import type { View } from './view.ts'

/** Whose records nobody reads as anything: they cannot become dead letters. */
const UNREAD = new Set<TopicName>(['deadLetter', 'bankBalance', 'processedTransaction'])

/** Records that nobody can act on. */
export const LETTER_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'dead-letters-are-planted',
    promise: 'Only what the harness planted is a dead letter, with its own bytes; and all of it is',
    find: (view) => {
      const planted = TOPIC_NAMES.filter((topic) => !UNREAD.has(topic)).flatMap((topic) =>
        view.topics[topic].committed.filter(view.isPlanted),
      )
      const records = new Map(planted.map((record) => [placeOf(record), record]))
      // Who is told to read a record again sets it aside again.
      const rewinds = view.faults.filter(({ rewound }) => rewound === LEDGER).length
      const letters = Map.groupBy(view.readings.letters, ({ value }) => sourceOf(value))
      return together(
        each(view.readings.letters, ({ record, value }) => {
          const source = records.get(sourceOf(value))
          const where = [placeOf(record), sourceOf(value)]
          return some(
            source === undefined && {
              detail: `${sourceOf(value)} is dead: ${value.reason}: ${shown(record.key)}`,
              records: where,
            },
            source && !isTrue(value, source) && { detail: 'it has other bytes', records: where },
          )
        }),
        each(planted, (record) => {
          const found = letters.get(placeOf(record)) ?? []
          const where = [placeOf(record), ...found.map((letter) => placeOf(letter.record))]
          // The ledger sets aside inside of its transaction; others at least once.
          const most = record.topic === 'bankTransaction' ? 1 + rewinds : Number.POSITIVE_INFINITY
          const isRight = found.length > 0 && found.length <= most
          return some(!isRight && { detail: `it has ${found.length} letters`, records: where })
        }),
      )
    },
  },
]

const LEDGER = 'billing-ledger'

const sourceOf = ({ topic, partition, offset }: LetterValue): string =>
  `${topic}/${partition}@${offset}`

const isTrue = (letter: LetterValue, { key, value }: DumpRecord): boolean =>
  isKept({ kept: letter.key, sha256: letter.keySha256, size: letter.keyBytes }, bufferOf(key)) &&
  isKept({ kept: letter.value, sha256: letter.sha256, size: letter.bytes }, bufferOf(value))

/** Bytes as base64, or their digest and number where they were too many. */
const isKept = ({ kept, sha256, size }: Kept, bytes: Buffer | null): boolean =>
  sha256 === undefined
    ? kept === (bytes?.toString('base64') ?? null)
    : bytes !== null && size === bytes.length && sha256 === digestOf(bytes)

type Kept = {
  kept: string | null | undefined
  sha256: string | undefined
  size: number | undefined
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
