import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { type AbortedTransaction, fetched, type RecordBatch } from './record-batch.ts'

// A small log of transactions: `1 a` is a record of producer 1 with value a, `1 commit` and
// `1 abort` end its transaction. `- a` is a record outside any transaction.
type Step = { producer: number; does: string }

const steps = (log: string): Step[] =>
  log.split(', ').map((step) => {
    const [producer = '', does = ''] = step.split(' ')
    return { producer: Number(producer === '-' ? 0 : producer), does }
  })

test.each([
  ['one transaction', '1 a, 1 abort, 2 b, 2 commit', 'b'],
  ['one inside another', '1 a, 2 b, 1 c, 2 abort, 1 d, 1 abort, 3 e, 3 commit', 'e'],
  ['overlapping', '1 a, 2 b, 1 abort, 2 c, 2 abort, 3 d, 3 commit', 'd'],
  ['around a committed one', '1 a, 2 b, 1 c, 2 commit, 1 d, 1 abort', 'b'],
  ['of one producer that commits next', '1 a, 1 abort, 1 b, 1 commit, 1 c, 1 abort', 'b'],
  ['around records outside any transaction', '1 a, - b, 1 abort, - c', 'b c'],
  ['still open at the end of the fetch', '1 a, 2 b, 2 commit, 1 c', 'b'],
])('read committed shows nothing of aborted transactions: %s', async (_what, log, expected) => {
  expect(await readCommitted(steps(log), 0)).toEqual(expected.split(' '))
})

test('a data record whose key looks like an abort marker ends no transaction', async () => {
  const marker = Buffer.from([0, 0, 0, 0])
  const batches = [data(0, 1, 'a', marker), data(1, 1, 'b'), end(2, 1, 'abort')]

  const { messages } = await fetched(0, batches, [{ producerId: '1', firstOffset: '0' }])

  expect(messages).toEqual([])
})

test('read committed shows exactly what was committed, whatever overlaps, from wherever', async () => {
  const does = fc.constantFrom('write', 'write', 'write', 'commit', 'abort')
  const step = fc.record({ producer: fc.integer({ min: 0, max: 4 }), does })
  const logs = fc.array(step, { minLength: 1, maxLength: 40 }).map(numbered)
  const property = fc.asyncProperty(logs, fc.nat(39), async (log, from) => {
    expect(await readCommitted(log, from)).toEqual(committed(log, from))
  })
  await fc.assert(property, { numRuns: 300 })
})

/** Each write a value of its own; no end of a transaction that was not begun. */
const numbered = (log: readonly Step[]): Step[] => {
  const open = new Set<number>()
  return log.flatMap(({ producer, does }, at) => {
    if (does === 'write') {
      open.add(producer)
      return [{ producer, does: `v${at}` }]
    }
    return producer > 0 && open.delete(producer) ? [{ producer, does }] : []
  })
}

const readCommitted = async (log: readonly Step[], from: number): Promise<string[]> => {
  const batches = log.map(({ producer, does }, offset) =>
    isEnd(does) ? end(offset, producer, does) : data(offset, producer, does),
  )
  const { messages } = await fetched(from, batches.slice(from), abortedIn(log, from))
  return messages.map(({ value }) => String(value))
}

/** As a broker answers: all that overlap the fetch, in the order of their markers. */
const abortedIn = (log: readonly Step[], from: number): AbortedTransaction[] =>
  transactions(log)
    .filter(({ how, last }) => how !== 'commit' && last >= from)
    .toSorted((a, b) => a.last - b.last)
    .map(({ producer, first }) => ({ producerId: String(producer), firstOffset: String(first) }))

const committed = (log: readonly Step[], from: number): string[] => {
  const hidden = transactions(log).filter(({ how }) => how !== 'commit')
  return log.flatMap(({ producer, does }, offset) => {
    const isHidden = hidden.some(
      (one) => one.producer === producer && one.first <= offset && offset <= one.last,
    )
    return offset < from || isEnd(does) || isHidden ? [] : [does]
  })
}

/** One without an end counts as aborted later: a fetch may stop before the marker. */
const transactions = (log: readonly Step[]) => {
  const found: { producer: number; first: number; last: number; how: string }[] = []
  const open = new Map<number, number>()
  for (const [offset, { producer, does }] of log.entries()) {
    if (producer === 0) continue
    const first = open.get(producer) ?? offset
    open.set(producer, first)
    if (!isEnd(does)) continue
    found.push({ producer, first, last: offset, how: does })
    open.delete(producer)
  }
  const rest = [...open].map(([producer, first]) => ({
    producer,
    first,
    last: log.length,
    how: 'abort',
  }))
  return [...found, ...rest]
}

const isEnd = (does: string): does is 'commit' | 'abort' => does === 'commit' || does === 'abort'

const data = (offset: number, producerId: number, value: string, key?: Buffer): RecordBatch => ({
  baseOffset: offset,
  lastOffset: offset,
  producerId: producerId === 0 ? -1 : producerId,
  transactional: producerId !== 0,
  records: [{ offset, key: key ?? null, value: Buffer.from(value) }],
})

const end = (offset: number, producerId: number, how: 'commit' | 'abort'): RecordBatch => ({
  ...data(offset, producerId, '', Buffer.from([0, 0, 0, how === 'commit' ? 1 : 0])),
  control: true,
})
