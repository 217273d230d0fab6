import type { Dump, DumpRecord, Operation, TopicName } from '../../dump/dump.ts'
import { asText } from '../bytes.ts'

/** Small harms for a dump of one's own. Whatever is asked for must be there: a miss throws. */

export const found = <T>(item: T | undefined): T => {
  if (item === undefined) throw new Error('the example has no such thing')
  return item
}

export const operationOf = (
  { operations }: Dump,
  type: Operation['type'],
  hash: string,
  outcome: Operation['outcome'] = 'ok',
): Operation =>
  found(
    operations.find(
      (operation) =>
        operation.type === type && operation.request.hash === hash && operation.outcome === outcome,
    ),
  )

export const readOf = (
  { operations }: Dump,
  type: Operation['type'],
  is: (answer: Record<string, unknown>) => boolean,
): Operation =>
  found(
    operations.find(
      (operation) =>
        operation.type === type &&
        operation.outcome === 'ok' &&
        is(operation.answer as Record<string, unknown>),
    ),
  )

export const recordOf = ({ topics }: Dump, topic: TopicName, words: string): DumpRecord =>
  found(
    topics[topic].committed.find(({ value }) => typeof value === 'string' && value.includes(words)),
  )

/** In place: both readers see the same. */
export const rewrite = (dump: Dump, topic: TopicName, words: string, by: string): void => {
  const record = recordOf(dump, topic, words)
  record.value = asText(record.value).replace(words, by)
}

export const removeRecord = (dump: Dump, topic: TopicName, words: string): void => {
  const gone = recordOf(dump, topic, words)
  for (const isolation of ['committed', 'uncommitted'] as const) {
    dump.topics[topic][isolation] = dump.topics[topic][isolation].filter((one) => one !== gone)
  }
}

/** At the end of its partition, by somebody who uses no transactions. Answers the new record. */
export const append = (
  dump: Dump,
  topic: TopicName,
  record: Partial<DumpRecord> & { value: string },
): DumpRecord => {
  const { partition = 0 } = record
  const bounds = found(dump.offsets.topics[topic]?.[partition])
  const offset = bounds.end
  bounds.end += 1
  bounds.lastStable += 1
  const whole = { topic, partition, offset, key: 'alice', timestamp: 1, ...record }
  for (const isolation of ['committed', 'uncommitted'] as const) {
    const list = dump.topics[topic][isolation]
    list.push(whole)
    list.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  }
  return whole
}

/** Takes all rows out of a list that are so. There must be some. */
export const removeRows = <T>(rows: T[], is: (row: T) => boolean): void => {
  const kept = rows.filter((row) => !is(row))
  if (kept.length === rows.length) throw new Error('the example has no such row')
  rows.splice(0, rows.length, ...kept)
}
