import { describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { choice, integer, port, readConfig, variable } from './config.ts'
import { databaseUrl } from './database-config.ts'
import { brokerList } from './kafka/config.ts'

const entries = v.object({
  PORT: variable(port, '8080', 'Port of the API'),
  KAFKA_BROKERS: variable(brokerList, '127.0.0.1:9092', 'Brokers'),
  DATABASE_URL: databaseUrl,
  WAIT_MS: variable(integer(1, 100), '5', 'A wait'),
  LEVEL: variable(choice('low', 'high'), 'low', 'A level'),
})
const DATABASE_URL = 'postgres://ada:secret@localhost/books'

test('reads what is given and falls back on defaults for the rest', () => {
  expect(readConfig(entries, { DATABASE_URL, KAFKA_BROKERS: 'a:1,b:2', OTHER: 'x' })).toEqual({
    PORT: 8080,
    KAFKA_BROKERS: ['a:1', 'b:2'],
    DATABASE_URL,
    WAIT_MS: 5,
    LEVEL: 'low',
  })
})

describe('names what is not usable', () => {
  test.each([
    ['a missing variable', {}, 'DATABASE_URL: is missing'],
    ['a port that is none', { DATABASE_URL, PORT: '70000' }, 'PORT: '],
    ['a port in words', { DATABASE_URL, PORT: 'http' }, 'PORT: expected digits'],
    ['a float', { DATABASE_URL, WAIT_MS: '1.5' }, 'WAIT_MS: expected digits'],
    ['a number out of range', { DATABASE_URL, WAIT_MS: '101' }, 'WAIT_MS: '],
    ['an unknown word', { DATABASE_URL, LEVEL: 'middle' }, 'LEVEL: expected one of low, high'],
    ['a broker without a port', { DATABASE_URL, KAFKA_BROKERS: 'a' }, 'KAFKA_BROKERS: expected'],
    ['another kind of database', { DATABASE_URL: 'mysql://a' }, 'DATABASE_URL: expected'],
  ] as const)('%s', (_name, environment, expected) => {
    expect(() => readConfig(entries, environment)).toThrow(expected)
  })
  test('all at once, and none of the values', () => {
    const attempt = () => readConfig(entries, { DATABASE_URL: 'secret', PORT: 'x' })
    expect(attempt).toThrow(/PORT[^]*DATABASE_URL/)
    expect(attempt).not.toThrow(/secret/)
  })
})
