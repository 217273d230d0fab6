import { expect, test } from 'bun:test'
import { readSettings } from './settings.ts'

const nothing = {
  port: undefined,
  brokers: undefined,
  adminUrl: undefined,
  partitions: 4,
  logLevel: 'info',
}

test.each([
  ['nothing', {}, nothing],
  ['an empty variable counts as left out', { KAFKA_BROKERS: '', PORT: '' }, nothing],
  ['a port', { PORT: '8090' }, { ...nothing, port: 8090 }],
  ['brokers', { KAFKA_BROKERS: 'a:1,b:2' }, { ...nothing, brokers: 'a:1,b:2' }],
  [
    'a Postgres',
    { DATABASE_URL: 'postgres://u@h/d' },
    { ...nothing, adminUrl: 'postgres://u@h/d' },
  ],
] as const)('%s', (_name, environment, expected) => {
  expect(readSettings(environment)).toEqual(expected)
})

test.each([
  ['PORT', '80a'],
  ['PORT', '70000'],
  ['KAFKA_BROKERS', 'localhost'],
  ['DATABASE_URL', 'mysql://h/d'],
  ['DATABASE_URL', 'postgres://u:secret@h:x/d'],
  ['TOPIC_PARTITIONS', '0'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(name)
})
