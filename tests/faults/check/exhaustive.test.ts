import { describe, expect, test } from 'bun:test'
import { type Dump, TOPIC_NAMES, type TopicName } from '../dump/dump.ts'
import { asText } from './bytes.ts'
import { check } from './check.ts'
import { goodDump } from './example/good-dump.ts'

/** That nothing of a dump is without weight: whatever is taken away, doubled or changed is found. */

const isHarmless = (harm: (dump: Dump) => void): boolean => {
  const dump = goodDump()
  harm(dump)
  return check(dump).length === 0
}

const numbersOf = (list: readonly unknown[]): number[] => list.map((_item, index) => index)

/** Sent twice on purpose: one of the two may be missing. */
const isRepeated = (topic: TopicName, index: number): boolean => {
  const { committed } = goodDump().topics[topic]
  return committed.filter(({ value }) => value === committed[index]?.value).length > 1
}

describe.each(TOPIC_NAMES)('no record of %s', (topic) => {
  const places = numbersOf(goodDump().topics[topic].committed)
  const harmless = (harm: (dump: Dump, index: number) => void, may: typeof isRepeated) =>
    places.filter((index) => !may(topic, index) && isHarmless((dump) => harm(dump, index)))

  test('can be missing', () => {
    const remove = (dump: Dump, index: number) => {
      const [gone] = dump.topics[topic].committed.splice(index, 1)
      const { uncommitted } = dump.topics[topic]
      dump.topics[topic].uncommitted = uncommitted.filter((record) => record !== gone)
    }
    expect(harmless(remove, isRepeated)).toEqual([])
  })
  test('can be hidden from who waits for transactions to end', () => {
    const hide = (dump: Dump, index: number) => dump.topics[topic].committed.splice(index, 1)
    expect(harmless(hide, () => false)).toEqual([])
  })
  test('can be another', () => {
    const change = (dump: Dump, index: number) => {
      const record = dump.topics[topic].committed[index]
      if (record)
        record.value = asText(record.value).replaceAll(/\d/g, (digit) =>
          digit === '9' ? '1' : `${Number(digit) + 1}`,
        )
    }
    const isPoison = (_topic: TopicName, index: number) =>
      /^(no json|4711)$/.test(asText(goodDump().topics[topic].committed[index]?.value)) &&
      topic === 'order'
    expect(harmless(change, isPoison)).toEqual([])
  })
})

type TableName = keyof Dump['tables']
const TABLES = [
  'orders',
  'accounts',
  'transactions',
  'balances',
  'journal',
  'checkpoints',
  'messages',
] as const satisfies TableName[]

describe.each(TABLES)('no row of %s', (table) => {
  const rows = (dump: Dump) => dump.tables[table] as Record<string, unknown>[]

  test('can be missing, or there twice', () => {
    const indices = numbersOf(rows(goodDump()))
    const remove = indices.filter((index) => isHarmless((dump) => rows(dump).splice(index, 1)))
    expect(remove).toEqual([])
  })
  test('can have another field', () => {
    const fields = rows(goodDump()).flatMap((row, index) =>
      Object.keys(row).map((name) => [index, name] as const),
    )
    const harmless = fields.filter(([index, name]) =>
      isHarmless((dump) => {
        const row = rows(dump)[index]
        if (row) row[name] = other(row[name])
      }),
    )
    expect(harmless.filter(([, name]) => name !== 'currency')).toEqual([])
  })
})

const other = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value + 1n
  if (typeof value === 'number') return value + 1
  if (typeof value !== 'string') return 'something'
  return OPPOSITES.get(value) ?? `${value}-other`
}
const OPPOSITES = new Map([
  ['COMPLETE', 'FAILED'],
  ['FAILED', 'COMPLETE'],
  ['APPROVED', 'REJECTED'],
  ['REJECTED', 'APPROVED'],
  ['approved', 'rejected'],
  ['rejected', 'approved'],
  ['deposit', 'payment'],
  ['payment', 'deposit'],
])

describe('no answer to a client', () => {
  const finished = numbersOf(goodDump().operations).filter(
    (index) => goodDump().operations[index]?.outcome === 'ok',
  )
  test('can say something else', () => {
    const fields = finished.flatMap((index) => {
      const answer = goodDump().operations[index]?.answer as Record<string, unknown>
      return Object.keys(answer).map((name) => [index, name] as const)
    })
    const harmless = fields.filter(([index, name]) =>
      isHarmless((dump) => {
        const answer = dump.operations[index]?.answer as Record<string, unknown>
        answer[name] = other(answer[name])
      }),
    )
    expect(harmless.filter(([, name]) => name !== 'currency')).toEqual([])
  })
})
