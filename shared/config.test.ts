import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { choice, fileOf, integer, port, readConfig, variable, variablesOf } from './config.ts'
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

describe('a secret from a mounted file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-test-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (content: string): string => {
    const path = join(folder, crypto.randomUUID())
    writeFileSync(path, content)
    return path
  }
  const schema = v.object({
    TOKEN: v.pipe(v.string(), v.regex(/^t-/, 'expected t-…')),
    TOKEN_FILE: fileOf('TOKEN'),
  })

  test.each([
    ['as it is', 't-1', 't-1'],
    ['without the newline at its end', 't-1\n', 't-1'],
    ['without one written on Windows', 't-1\r\n', 't-1'],
    ['with all other white space', 't- 1 \n\n', 't- 1 \n'],
  ])('is read %s', (_name, content, expected) => {
    expect(readConfig(schema, { TOKEN_FILE: file(content) })).toMatchObject({ TOKEN: expected })
  })
  test.each([
    ['that is not there', () => ({ TOKEN_FILE: join(folder, 'none') }), 'cannot be read (ENOENT)'],
    ['that is a folder', () => ({ TOKEN_FILE: folder }), 'cannot be read (EISDIR)'],
    ['without a name', () => ({ TOKEN_FILE: '' }), 'cannot be read (ENOENT)'],
    ['that is empty', () => ({ TOKEN_FILE: file('\n') }), 'is empty'],
    ['beside the secret', () => ({ TOKEN: 't-1', TOKEN_FILE: file('t-2') }), 'is given twice'],
    ['with something else in it', () => ({ TOKEN_FILE: file('secret') }), 'expected t-…'],
  ])('is refused from a file %s', (_name, environment, expected) => {
    const attempt = () => readConfig(schema, environment())
    expect(attempt).toThrow(/^the environment is not usable:\n {2}TOKEN: .*$/)
    expect(attempt).toThrow(expected)
    expect(attempt).not.toThrow(/secret|t-[12]/)
  })
})

test('tells every variable of all groups', () => {
  const groups = v.intersect([v.object({ A: port }), v.object({ B: port, C: fileOf('B') })])
  expect(Object.keys(variablesOf(groups))).toEqual(['A', 'B', 'C'])
})
