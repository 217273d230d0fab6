import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type Batch from 'kafkajs/src/consumer/batch'
import { fetched, type RecordBatch } from './record-batch.ts'

// How far a consumer goes after a fetch. kafkajs resolves `lastOffset()` when the fetch brought
// records or `isEmptyDueToFiltering()`; otherwise it asks for the same offset again.

const plain = (
  baseOffset: number,
  lastOffset: number,
  offsets: readonly number[],
): RecordBatch => ({
  baseOffset,
  lastOffset,
  records: offsets.map((offset) => ({
    offset,
    key: Buffer.from('key'),
    value: Buffer.from('value'),
  })),
})

const goesOnAfter = (batch: Batch): string | undefined =>
  batch.messages.length > 0 || batch.isEmptyDueToFiltering() ? batch.lastOffset() : undefined

test.each([
  ['all its records', 5, [plain(5, 7, [5, 6, 7])], '7'],
  ['no record at all', 5, [plain(5, 7, [])], '7'],
  ['no record at all, asked for its middle', 6, [plain(5, 7, [])], '7'],
  ['only records before the offset asked for', 7, [plain(5, 9, [5, 6])], '9'],
  ['no last record', 5, [plain(5, 9, [5, 6])], '9'],
  ['no record, after one that has', 5, [plain(5, 5, [5]), plain(6, 8, [])], '8'],
  ['no record, before one that has', 5, [plain(5, 6, []), plain(7, 8, [8])], '8'],
])('after a batch with %s', async (_what, offset, batches, last) => {
  expect(goesOnAfter(await fetched(offset, batches))).toBe(last)
})

test.each([
  ['nothing', []],
  ['only a record-less batch from before the offset', [plain(1, 3, [])]],
])('a fetch that finds %s is repeated', async (_what, batches) => {
  expect(goesOnAfter(await fetched(5, batches))).toBeUndefined()
})

test('the last offset of an empty answer is the end of the log, not where the reader is', async () => {
  const nothing = await fetched(5, [])

  expect(nothing.highWatermark).toBe('1000')
  expect(nothing.lastOffset()).toBe('999')
})

test('a batch of many records takes no more stack than one of few', async () => {
  // Bun has 5 MB of stack, enough for 500,000 records; Node for 100,000.
  const stack = { BUN_JSC_maxPerThreadStackUsage: '400000' }
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'large-fetch.ts'), '100000'], {
    env: { ...process.env, ...stack },
    stderr: 'pipe',
  })
  const [decoded, problem] = await Promise.all([child.stdout.text(), child.stderr.text()])

  expect(problem).toBe('')
  expect(decoded.trim()).toBe('100000')
})
