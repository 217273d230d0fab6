import { expect, test } from 'bun:test'
import { batchRoom } from './batch-room.ts'

const record = (topic: string, bytes: number) => ({ topic, key: '', value: 'x'.repeat(bytes) })

test('takes records until one topic has no room, and leaves the others theirs', () => {
  const room = batchRoom(1_000)
  expect(room.take([record('a', 500), record('b', 100)])).toBe(true)
  expect(room.take([record('b', 100), record('a', 500)])).toBe(false)
  expect(room.take([record('b', 600)])).toBe(true)
  expect(room.take([record('a', 300)])).toBe(true)
})

test('nothing is taken of what does not fit as a whole', () => {
  const room = batchRoom(1_000)
  expect(room.take([record('b', 700), record('a', 1_000)])).toBe(false)
  expect(room.take([record('b', 700)])).toBe(true)
})

test('bytes are counted, not characters', () => {
  const euros = { topic: 'a', key: '', value: '€'.repeat(300) }
  expect(batchRoom(900).take([euros])).toBe(false)
  expect(batchRoom(1_000).take([euros])).toBe(true)
})
