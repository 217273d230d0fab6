import { describe, expect, test } from 'bun:test'
import { place } from '../../tests/support/recorded-spans.ts'
import { batchRoom } from '../kafka/batch-room.ts'
import type { Incoming } from '../kafka/record.ts'
import { fold, keysOf, type Topology } from './topology.ts'

/** Adds up numbers; a repeat is zero, a negative one cannot be decided. */
const sums: Topology<number, number, number> = {
  input: 'numbers',
  table: 'sums',
  decode: ({ value }) => {
    const number = Number(value?.toString())
    return Number.isNaN(number)
      ? { ok: false, reason: 'not a number' }
      : { ok: true, value: number }
  },
  initial: () => 0,
  decide: (_sum, next) => {
    if (next === 0) return { type: 'repeated' }
    return next < 0 ? { type: 'dead', reason: 'negative' } : { type: 'event', event: next }
  },
  evolve: (sum, next) => sum + next,
  publish: (event, sum) => [{ topic: 'events', key: 'k', value: `+${event}=${sum}` }],
  row: (sum, source) => `${sum}@${source}`,
}

const record = (key: string | null, value: string, offset = 0n): Incoming => ({
  topic: 'numbers',
  partition: 0,
  offset,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
})

describe('fold', () => {
  test('publishes every event but writes only the last row of a key', () => {
    const { states, outgoing, counts } = fold(sums, new Map([['a', 10]]), [
      record('a', '1', 5n),
      record('b', '2', 6n),
      record('a', '3', 7n),
    ])
    expect([...states]).toEqual([
      ['a', 14],
      ['b', 2],
    ])
    expect(outgoing).toEqual([
      { topic: 'sums', key: 'a', value: '14@7' },
      { topic: 'sums', key: 'b', value: '2@6' },
      { topic: 'events', key: 'k', value: '+1=11' },
      { topic: 'events', key: 'k', value: '+2=2' },
      { topic: 'events', key: 'k', value: '+3=14' },
    ])
    expect(counts).toEqual({ decided: 3, repeated: 0, dead: 0 })
  })

  test('lets rows, events and dead letters go on from the record that led to them', () => {
    const inputs = [
      { ...record('a', '1', 5n), traceparent: place(1) },
      { ...record('a', '3', 6n), traceparent: place(2) },
      { ...record('b', 'x', 7n), traceparent: place(3) },
      record('c', '1', 8n),
    ]
    const { outgoing } = fold(sums, new Map(), inputs)
    expect(outgoing.map(({ topic, traceparent }) => [topic, traceparent])).toEqual([
      ['sums', place(2)],
      ['sums', undefined],
      ['events', place(1)],
      ['events', place(2)],
      ['events', undefined],
      ['deadLetter', place(3)],
    ])
  })

  test('says nothing about a repeat', () => {
    const { states, outgoing, counts } = fold(sums, new Map([['a', 10]]), [record('a', '0')])
    expect([states.size, outgoing.length]).toEqual([0, 0])
    expect(counts).toEqual({ decided: 0, repeated: 1, dead: 0 })
  })

  test.each([
    ['cannot be decoded', record('a', 'x', 9n), 'not a number'],
    ['cannot be decided', record('a', '-1', 9n), 'negative'],
    ['has no key', record(null, '1', 9n), 'the record has no key'],
  ] as const)('sets aside what %s, and goes on', (_name, dead, reason) => {
    const { outgoing, counts } = fold(sums, new Map(), [dead, record('a', '1', 10n)])
    expect(counts).toEqual({ decided: 1, repeated: 0, dead: 1 })
    const letter = outgoing.find(({ topic }) => topic === 'deadLetter')
    expect(JSON.parse(letter?.value ?? '{}')).toMatchObject({
      topic: 'numbers',
      partition: 0,
      offset: '9',
      reason,
      value: dead.value?.toString('base64'),
    })
  })

  test('takes as many as fit into one batch of each topic', () => {
    const three = [record('a', '1'), record('b', 'x'), record('a', '2')]
    const roomy = fold(sums, new Map(), three, () => batchRoom(10_000))
    expect([roomy.taken, roomy.counts]).toEqual([3, { decided: 2, repeated: 0, dead: 1 }])
    const tight = fold(sums, new Map(), three, () => batchRoom(150))
    expect([tight.taken, tight.counts]).toEqual([1, { decided: 1, repeated: 0, dead: 0 }])
    expect([...tight.states]).toEqual([['a', 1]])
    expect(tight.outgoing).toEqual(fold(sums, new Map(), three.slice(0, 1)).outgoing)
  })

  test('sets aside what would not fit into a transaction of its own, wherever it stands', () => {
    const large = record('k'.repeat(2_000), '1', 9n)
    const small = record('b', '1')
    for (const records of [
      [large, small],
      [small, large],
    ]) {
      const folded = fold(sums, new Map(), records, () => batchRoom(1_000))
      expect([folded.taken, folded.counts]).toEqual([2, { decided: 1, repeated: 0, dead: 1 }])
      expect([...folded.states]).toEqual([['b', 1]])
      const letter = folded.outgoing.find(({ topic }) => topic === 'deadLetter')
      expect(JSON.parse(letter?.value ?? '{}')).toMatchObject({
        offset: '9',
        reason: 'what it leads to is more than a transaction holds',
        keyBytes: 2_000,
      })
    }
  })

  test('never goes on with nothing: a letter that does not fit is a broken promise', () => {
    expect(() => fold(sums, new Map(), [record('a', '1')], () => batchRoom(0))).toThrow('fit')
  })

  test('leaves what it was given as it was', () => {
    const known = new Map([['a', 10]])
    fold(sums, known, [record('a', '1')])
    expect(known.get('a')).toBe(10)
  })
})

test('keysOf names each key once and none for a record without', () => {
  expect(keysOf([record('a', ''), record(null, ''), record('b', ''), record('a', '')])).toEqual([
    'a',
    'b',
  ])
})
