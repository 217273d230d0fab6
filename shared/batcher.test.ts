import { expect, test } from 'bun:test'
import { batcher, OverloadedError } from './batcher.ts'

test('one caller alone is written at once', async () => {
  const double = batcher(async (inputs: readonly number[]) => inputs.map((input) => input * 2))
  expect(await double(21)).toBe(42)
})

test('what arrives while a batch is written becomes the next, at most so many', async () => {
  const gate = Promise.withResolvers<void>()
  const batches: number[][] = []
  const write = batcher(
    async (inputs: readonly number[]) => {
      batches.push([...inputs])
      await gate.promise
      return inputs
    },
    { batchMax: 3 },
  )
  const first = write(1)
  await Promise.resolve()
  await Promise.resolve()
  const others = [2, 3, 4, 5].map((input) => write(input))
  gate.resolve()
  expect(await Promise.all([first, ...others])).toEqual([1, 2, 3, 4, 5])
  expect(batches).toEqual([[1], [2, 3, 4], [5]])
})

test('a failed batch fails its own callers and no others', async () => {
  const write = batcher(
    async (inputs: readonly string[]) => {
      if (inputs.includes('bad')) throw new Error('refused')
      return inputs
    },
    { batchMax: 1 },
  )
  const answers = await Promise.allSettled(['good', 'bad', 'good'].map((input) => write(input)))
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('a queue that is full refuses instead of growing', async () => {
  const gate = Promise.withResolvers<void>()
  const write = batcher(
    async (inputs: readonly number[]) => {
      await gate.promise
      return inputs
    },
    { batchMax: 1, queuedMax: 2 },
  )
  const accepted = [write(1), write(2)]
  expect(write(3)).rejects.toBeInstanceOf(OverloadedError)
  gate.resolve()
  expect(await Promise.all(accepted)).toEqual([1, 2])
})

test('an answer too few is a broken invariant', async () => {
  const write = batcher(async (_inputs: readonly number[]) => [] as number[])
  expect(write(1)).rejects.toThrow('one for one')
})
