import { expect, test } from 'bun:test'
import { differences, settingsOf, type Topic } from './topics.ts'

const table: Topic = { name: 'table', policy: 'compact' }
const history: Topic = { name: 'history', policy: 'keep' }
const letters: Topic = { name: 'letters', policy: 'delete', retentionMs: 1_000 }

test.each([
  ['a table as created', table, 4, {}, ''],
  ['a history as created', history, 4, {}, ''],
  ['letters as created', letters, 4, {}, ''],
  ['letters that are kept longer', letters, 4, { 'retention.ms': '2000' }, ''],
  ['one partition more', table, 5, {}, 'table has 5 partitions, expected 4'],
  ['a topic that is not there', table, 0, {}, 'table has 0 partitions, expected 4'],
  [
    'a table that is not compacted',
    table,
    4,
    { 'cleanup.policy': 'delete' },
    'table has cleanup.policy=delete, expected compact',
  ],
  [
    'a table that also forgets by age',
    table,
    4,
    { 'cleanup.policy': 'compact,delete' },
    'table has cleanup.policy=compact,delete, expected compact',
  ],
  [
    'a history that is compacted',
    history,
    4,
    { 'cleanup.policy': 'compact' },
    'history has cleanup.policy=compact, expected delete',
  ],
  [
    'a history that forgets',
    history,
    4,
    { 'retention.ms': '604800000' },
    'history has retention.ms=604800000, expected -1 (for ever)',
  ],
] as const)('%s', (_name, topic, count, changed, expected) => {
  const actual = new Map(Object.entries({ ...settingsOf(topic), ...changed }))
  expect(differences(topic, 4, count, actual).join('; ')).toBe(expected)
})
