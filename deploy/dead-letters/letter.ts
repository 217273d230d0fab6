import * as v from 'valibot'
import { codec, json } from '../../shared/codec.ts'
import type { Incoming } from '../../shared/kafka/record.ts'

const base64 = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => Buffer.from(text, 'base64')),
)

/** What `shared/kafka/dead-letter.ts` writes. */
const LetterSchema = v.object({
  topic: v.string(),
  partition: v.number(),
  offset: v.string(),
  reason: v.string(),
  key: v.optional(v.nullable(base64)),
  value: v.optional(v.nullable(base64)),
  /** Of a key that was too large to be kept, and of such a value. */
  keySha256: v.optional(v.string()),
  keyBytes: v.optional(v.number()),
  sha256: v.optional(v.string()),
  bytes: v.optional(v.number()),
})

/** What was done about a letter: a record beside it, in the same partition. */
const MarkSchema = v.object({
  of: v.string(),
  action: v.picklist(['replayed', 'discarded']),
  reason: v.string(),
})

export type Action = v.InferOutput<typeof MarkSchema>['action']
export type Mark = v.InferOutput<typeof MarkSchema> & { at: Date }
export type Letter = v.InferOutput<typeof LetterSchema> & { id: string; at: Date }
export type State = 'open' | Action

/** `foreign`: nothing that we wrote, and nothing that could be sent anywhere. */
export type Entry =
  | { type: 'letter'; letter: Letter }
  | { type: 'mark'; mark: Mark }
  | { type: 'foreign'; id: string; at: Date; why: string }

const letters = json(LetterSchema)
const marks = codec(MarkSchema, (mark) => mark)

export const markCodec = { encode: marks.encode }

/** Names a letter by where it lies in the topic of the dead letters. */
export const idOf = ({ partition, offset }: Pick<Incoming, 'partition' | 'offset'>): string =>
  `${partition}-${offset}`

export const ID = /^(\d{1,6})-(\d{1,18})$/

export const readEntry = (record: Incoming): Entry => {
  const at = new Date(Number(record.timestamp ?? 0))
  const mark = marks.decode(record.value)
  if (mark.ok) return { type: 'mark', mark: { ...mark.value, at } }
  const id = idOf(record)
  const letter = letters.decode(record.value)
  return letter.ok
    ? { type: 'letter', letter: { ...letter.value, id, at } }
    : { type: 'foreign', id, at, why: letter.reason }
}

/** Why a letter cannot be sent to where it came from; undefined when it can. */
export const whyNotReplayable = (
  {
    topic,
    key,
    keyBytes,
    value,
    bytes,
  }: Pick<Letter, 'topic' | 'key' | 'keyBytes' | 'value' | 'bytes'>,
  inputs: readonly string[],
): string | undefined => {
  if (key === undefined || value === undefined) {
    const many = value === undefined ? bytes : keyBytes
    return `its ${many ?? 'many'} bytes were too many to be kept, only their digest was: whoever wrote it has to write it again`
  }
  if (!inputs.includes(topic)) {
    return `${topic} is no topic that services read from others; only ${inputs.join(', ')} are`
  }
  return undefined
}
