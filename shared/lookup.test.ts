import { expect, test } from 'bun:test'
import { lookup } from './lookup.ts'

test('questions that come together are asked in one statement, each key once', async () => {
  const asked: string[][] = []
  const find = lookup(async (keys: readonly string[]) => {
    asked.push([...keys])
    return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key.toUpperCase()]))
  })
  const found = await Promise.all(['ada', 'bob', 'nobody', 'ada'].map((key) => find(key)))
  expect(found).toEqual(['ADA', 'BOB', undefined, 'ADA'])
  expect(asked).toEqual([['ada', 'bob', 'nobody']])
})

test('an answer is never older than its question', async () => {
  let stored = 1
  const gate = Promise.withResolvers<void>()
  const find = lookup(async (keys: readonly string[]) => {
    const seen = stored
    await gate.promise
    return new Map(keys.map((key) => [key, seen]))
  })
  const before = find('ada')
  await Promise.resolve()
  await Promise.resolve()
  stored = 2
  const after = find('ada')
  gate.resolve()
  expect(await Promise.all([before, after])).toEqual([1, 2])
})
