import type { BrokerAccess } from '../../shared/kafka/client.ts'
import { openKafka } from '../../shared/kafka/client.ts'
import { DEAD_LETTER } from '../../shared/kafka/dead-letter.ts'
import { connectTo, readPartition, readTopic } from '../places/log-reader.ts'
import {
  type Action,
  type Entry,
  ID,
  type Letter,
  type Mark,
  markCodec,
  readEntry,
  type State,
} from './letter.ts'

/** A line of the list: without the bytes, of which there may be any amount. */
export type Listed = {
  id: string
  at: Date
  state: State
  /** `topic/partition@offset`, where the record had been. */
  source: string
  reason: string
}

export const stateOf = (done: readonly Mark[]): State => done.at(-1)?.action ?? 'open'

/** Every letter there is, in the order of their times. */
export const listLetters = async (kafka: BrokerAccess): Promise<Listed[]> => {
  const listed: Listed[] = []
  const done = new Map<string, Action>()
  for await (const records of readTopic(kafka, DEAD_LETTER)) {
    for (const record of records) {
      const entry = readEntry(record)
      if (entry.type === 'mark') done.set(entry.mark.of, entry.mark.action)
      else listed.push(lineOf(entry))
    }
  }
  return listed
    .map((line) => ({ ...line, state: done.get(line.id) ?? line.state }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

const lineOf = (entry: Exclude<Entry, { type: 'mark' }>): Listed => {
  if (entry.type === 'foreign') {
    const reason = `no letter of ours: ${entry.why}`
    return { id: entry.id, at: entry.at, state: 'open', source: '?', reason }
  }
  const { id, at, topic, partition, offset, reason } = entry.letter
  return { id, at, state: 'open', source: `${topic}/${partition}@${offset}`, reason }
}

export type Found = { entry: Exclude<Entry, { type: 'mark' }>; done: Mark[] }

/** One letter with what was done about it; undefined when there is none of this id. */
export const findLetter = async (kafka: BrokerAccess, id: string): Promise<Found | undefined> => {
  const [, partition = '', offset = ''] = ID.exec(id) ?? []
  let entry: Found['entry'] | undefined
  const done: Mark[] = []
  // Whatever was done about it was written after it, into the same partition.
  for await (const records of readPartition(kafka, DEAD_LETTER, Number(partition), {
    from: BigInt(offset),
  })) {
    for (const record of records) {
      const read = readEntry(record)
      if (read.type === 'mark') {
        if (read.mark.of === id) done.push(read.mark)
      } else if (record.offset === BigInt(offset)) entry = read
    }
  }
  return entry === undefined ? undefined : { entry, done }
}

/** Sends the bytes to the topic they came from; its readers know repeats. */
export const sendAgain = async (kafka: BrokerAccess, letter: Letter): Promise<void> => {
  const { topic, partition, key = null, value = null } = letter
  // By its key it goes where its writer would send it today; without one, to where it was.
  await send(kafka, topic, { key, value, ...(key === null && { partition }) })
}

/** Notes beside the letter what was done about it. */
export const mark = async (
  kafka: BrokerAccess,
  id: string,
  action: Action,
  reason: string,
): Promise<void> => {
  const [, partition = ''] = ID.exec(id) ?? []
  const value = Buffer.from(markCodec.encode({ of: id, action, reason }))
  await send(kafka, DEAD_LETTER, { key: Buffer.from(id), value, partition: Number(partition) })
}

type Message = { key: Buffer | null; value: Buffer | null; partition?: number }

const send = async (kafka: BrokerAccess, topic: string, message: Message): Promise<void> => {
  const producer = openKafka(connectTo(kafka)).producer({ allowAutoTopicCreation: false })
  try {
    await producer.connect()
    await producer.send({ topic, acks: -1, messages: [message] })
  } finally {
    await producer.disconnect()
  }
}
