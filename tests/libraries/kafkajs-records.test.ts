import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Message } from 'kafkajs'
import produce from 'kafkajs/src/protocol/requests/produce/v3/request'
import {
  BATCH_HEADER_BYTES,
  CHECKSUM_END,
  crc32c,
  encodeRecord,
  fetched,
  type Header,
  type Record,
} from './record-batch.ts'

// What kafkajs writes and reads of records, held against the message format as it is documented:
// https://kafka.apache.org/documentation/#record

const NOW = 1_790_000_000_000

const bytes = fc.uint8Array({ maxLength: 900 }).map((array) => Buffer.from(array))
const header: fc.Arbitrary<Header> = fc.record({
  // Keys that are numbers would change places in an object.
  key: fc.string({ maxLength: 9 }).map((text) => `h${text}`),
  value: bytes,
})
const records = fc.array(
  fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    // Small ones, and those on both sides of what fits 28, 31 and 32 bits.
    timestampDelta: fc.oneof(fc.nat(200), fc.nat(2 ** 34)),
    headers: fc.uniqueArray(header, { maxLength: 3, selector: ({ key }) => key }),
  }),
  { minLength: 1, maxLength: 300 },
)

/** Small ones, those around 15 digits, and the largest that this test can count in numbers. */
const baseOffsets = fc.oneof(
  fc.nat(2 ** 40),
  fc.integer({ min: 10 ** 15 - 300, max: 10 ** 15 }),
  fc.constant(Number.MAX_SAFE_INTEGER - 300),
)

test('records are written as the message format has them', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (list) => {
      // Times are counted from the least one, and that is the first here.
      const all: Record[] = list.map((each, offset) => ({
        ...each,
        offset,
        timestampDelta: offset === 0 ? 0 : each.timestampDelta,
      }))
      const expected = Buffer.concat(all.map((record) => encodeRecord(record, 0)))
      const written = await writtenBy(all)
      expect(written.subarray(-expected.length).equals(expected)).toBe(true)
      // What is before them ends with how many there are.
      expect(written.readInt32BE(written.length - expected.length - 4)).toBe(all.length)
      expectChecksum(written.subarray(-BATCH_HEADER_BYTES - expected.length))
    }),
  )
})

test('text is written as its UTF-8', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async (list) => {
      const messages = list.map(([key, value]) => ({ key, value, timestamp: String(NOW) }))
      const asBytes = messages.map(({ key, value, timestamp }) => {
        return { key: Buffer.from(key), value: Buffer.from(value), timestamp }
      })
      expect(await requestOf(messages)).toEqual(await requestOf(asBytes))
    }),
  )
})

// An encoder hands on what is large instead of copying it, from 32 kB on.
test.each([
  [1, 100_000],
  [2, 32_768],
  [40, 800],
  [41, 800],
  [90, 700],
  [3, 65_000],
  [5_000, 200],
])('%d records of %d bytes are written as they are', async (count, size) => {
  const all: Record[] = Array.from({ length: count }, (_, offset) => ({
    offset,
    key: Buffer.from(`key-${offset}`),
    value: Buffer.alloc(size, offset),
  }))
  const expected = Buffer.concat(all.map((record) => encodeRecord(record, 0)))
  const written = await writtenBy(all)
  expect(written.subarray(-expected.length).equals(expected)).toBe(true)
  // Before the batch is its size.
  const batch = BATCH_HEADER_BYTES + expected.length
  expect(written.readInt32BE(written.length - batch - 4)).toBe(batch)
  expectChecksum(written.subarray(-batch))
})

test('records are read as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(records, baseOffsets, async (list, baseOffset) => {
      const all = list.map((each, index) => ({ ...each, offset: baseOffset + index }))
      const lastOffset = baseOffset + all.length - 1
      const batch = await fetched(baseOffset, [
        { baseOffset, lastOffset, firstTimestamp: NOW, records: all },
      ])
      const read = batch.messages.map(({ offset, timestamp, key, value, headers }) => ({
        offset,
        timestamp,
        key,
        value,
        headers,
      }))
      expect(read).toEqual(
        all.map(({ offset, timestampDelta, key, value, headers }) => ({
          offset: String(offset),
          timestamp: String(NOW + timestampDelta),
          key,
          value,
          headers: Object.fromEntries(headers.map((each) => [each.key, each.value])),
        })),
      )
    }),
  )
})

test('a reader who asks for the middle of a batch gets the rest of it', async () => {
  const all = [3, 4, 5, 6].map((offset) => ({ offset, key: null, value: Buffer.from('v') }))
  const batch = await fetched(5, [{ baseOffset: 3, lastOffset: 6, records: all }])
  expect(batch.messages.map(({ offset }) => offset)).toEqual(['5', '6'])
})

// RFC 3720, B.4, and the check value of every catalogue of checksums.
test.each([
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 times 0', Buffer.alloc(32), 0x8a9136aa],
  ['32 times 255', Buffer.alloc(32, 255), 0x62a8ab43],
  ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
])('what the checksums above are held against knows that of %s', (_, some, checksum) => {
  expect(crc32c(some)).toBe(checksum)
})

const expectChecksum = (batch: Buffer): void => {
  expect(batch.readUInt32BE(CHECKSUM_END - 4)).toBe(crc32c(batch.subarray(CHECKSUM_END)))
}

const writtenBy = (all: readonly Record[]): Promise<Buffer> => {
  const messages = all.map(({ key, value, timestampDelta = 0, headers = [] }) => ({
    key,
    value,
    timestamp: String(NOW + timestampDelta),
    headers: Object.fromEntries(headers.map((each) => [each.key, each.value])),
  }))
  return requestOf(messages)
}

const requestOf = async (messages: Message[]): Promise<Buffer> => {
  const topicData = [{ topic: 'topic', partitions: [{ partition: 0, firstSequence: 0, messages }] }]
  const { buffer } = await produce({ acks: -1, timeout: 1_000, topicData }).encode()
  return buffer
}
