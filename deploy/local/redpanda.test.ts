import { expect, test } from 'bun:test'
import { REDPANDA_IMAGE, runArguments } from './redpanda.ts'

const words = runArguments('name', 19092)
const after = (word: string) => words[words.indexOf(word) + 1]

test('the image is pinned', () => {
  expect(REDPANDA_IMAGE).toMatch(/:v\d+\.\d+\.\d+$/)
  expect(words).toContain(REDPANDA_IMAGE)
})
test('only this machine reaches it, under the address that it tells its clients', () => {
  expect(after('--publish')).toBe('127.0.0.1:19092:19092')
  expect(after('--advertise-kafka-addr')).toContain('external://127.0.0.1:19092')
})
test.each([
  '--unsafe-bypass-fsync=false',
  'redpanda.auto_create_topics_enabled=false',
  'redpanda.write_caching_default=disabled',
])('%s', (word) => {
  expect(words).toContain(word)
})
test('no word is empty', () => {
  expect(words.filter((word) => word.trim() === '')).toEqual([])
})
