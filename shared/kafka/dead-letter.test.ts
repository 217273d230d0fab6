import { expect, test } from 'bun:test'
import { deadLetter } from './dead-letter.ts'

const record = (value: Buffer | null) => ({
  topic: 'orders',
  partition: 2,
  offset: 7n,
  key: Buffer.from('ada'),
  value,
})
const letterOf = (value: Buffer | null, reason = 'why') =>
  JSON.parse(deadLetter(record(value), reason).value)

test('keeps the bytes, and says why and where it came from', () => {
  expect(deadLetter(record(Buffer.from([0, 255])), 'why')).toMatchObject({
    topic: 'deadLetter',
    key: 'ada',
  })
  expect(letterOf(Buffer.from([0, 255]))).toEqual({
    topic: 'orders',
    partition: 2,
    offset: '7',
    reason: 'why',
    key: Buffer.from('ada').toString('base64'),
    value: Buffer.from([0, 255]).toString('base64'),
  })
})

test('keeps that there were none', () => {
  expect(letterOf(null).value).toBeNull()
})

test('of a value too large for another record keeps its digest and size', () => {
  const letter = letterOf(Buffer.alloc(65_537))
  expect(letter).toMatchObject({ bytes: 65_537, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(letter).not.toHaveProperty('value')
})

test('of a reason that quotes a large value keeps the beginning', () => {
  const letter = letterOf(null, `received "${'x'.repeat(1_000_000)}"`)
  expect(letter.reason).toMatch(/^received "x+$/)
  expect(letter.reason).toHaveLength(300)
})

test('of a key too large for another record, too', () => {
  const large = { ...record(null), key: Buffer.alloc(900_000, 'k') }
  const { key, value } = deadLetter(large, 'why')
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.parse(value)).toMatchObject({ keySha256: key, keyBytes: 900_000, value: null })
  expect(JSON.parse(value)).not.toHaveProperty('key')
})
