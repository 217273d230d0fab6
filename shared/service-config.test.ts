import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, readConfig } from './config.ts'
import { serviceConfig } from './service-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'service-config-test-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const read = (environment: Environment) =>
  readConfig(serviceConfig('books', { port: '1', opsPort: '2' }, {}), environment)

const CA = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----'
const STRONG = 'kZ3vQ8rT1mXw6bYc'
const urlWith = (password: string) => `postgres://books:${password}@db/books`
const login = (password: string) => ({
  KAFKA_SASL: 'scram-sha-512',
  KAFKA_USERNAME: 'books',
  KAFKA_PASSWORD: password,
})

test('by default the local system is reached, in the clear', () => {
  const { database, kafka, MIGRATIONS, STOP_LINGER_MS } = read({})
  expect(database).toEqual({ url: 'postgres://books:books@127.0.0.1:54320/books' })
  expect(kafka).toEqual({ brokers: ['127.0.0.1:19092'] })
  expect({ MIGRATIONS, STOP_LINGER_MS }).toEqual({ MIGRATIONS: 'apply', STOP_LINGER_MS: 0 })
})

test('a secured world is reached with TLS and a login', () => {
  const ca = file('ca.pem', `${CA}\n`)
  const { database, kafka } = read({
    NODE_ENV: 'production',
    DATABASE_URL: urlWith(STRONG),
    DATABASE_TLS: 'verify',
    DATABASE_CA_FILE: ca,
    KAFKA_BROKERS: 'a:1,b:2',
    KAFKA_TLS: 'verify',
    KAFKA_CA_FILE: ca,
    ...login(STRONG),
  })
  expect(database).toEqual({ url: urlWith(STRONG), tls: { ca: CA } })
  expect(kafka).toEqual({
    brokers: ['a:1', 'b:2'],
    tls: { ca: CA },
    sasl: { mechanism: 'scram-sha-512', username: 'books', password: STRONG },
  })
})

test('without authorities of one’s own, those of the machine are trusted', () => {
  const { database, kafka } = read({ DATABASE_TLS: 'verify', KAFKA_TLS: 'verify' })
  expect([database.tls, kafka.tls]).toEqual([{}, {}])
})

test('a password that changes in its file is found there by the next session', () => {
  const path = file('url', urlWith('first'))
  const { password } = read({ DATABASE_URL_FILE: path }).database
  expect(password?.()).toBe('first')
  file('url', `${urlWith('sec%40nd')}\n`)
  expect(password?.()).toBe('sec@nd')
  // A file that is being replaced is away for a moment.
  rmSync(path)
  expect(password?.()).toBe('sec@nd')
})

describe('refuses', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL: urlWith(STRONG) }
  const weak = 'has a default or short password'
  test.each([
    [
      'a login without a name',
      { ...login('x'), KAFKA_USERNAME: undefined },
      'KAFKA_USERNAME: is missing, and needed',
    ],
    [
      'a login without a password',
      { ...login('x'), KAFKA_PASSWORD: undefined },
      'KAFKA_PASSWORD: is missing, and needed',
    ],
    ['an empty password', login(''), 'KAFKA_PASSWORD: is empty'],
    [
      'an unknown way to log in',
      { KAFKA_SASL: 'gssapi' },
      'KAFKA_SASL: expected one of none, scram-sha-512',
    ],
    [
      'TLS without verification',
      { DATABASE_TLS: 'require' },
      'DATABASE_TLS: expected one of off, verify',
    ],
    [
      'authorities that nobody asks',
      { KAFKA_CA_FILE: file('1.pem', CA) },
      'KAFKA_CA_FILE: is of no use without KAFKA_TLS=verify',
    ],
    [
      'the same of the database',
      { DATABASE_CA_FILE: file('2.pem', CA) },
      'DATABASE_CA_FILE: is of no use without',
    ],
    [
      'authorities that are away',
      { DATABASE_TLS: 'verify', DATABASE_CA_FILE: '/none' },
      'DATABASE_CA_FILE: cannot be read (ENOENT)',
    ],
    [
      'a key for a certificate',
      { KAFKA_TLS: 'verify', KAFKA_CA_FILE: file('key.pem', '-----BEGIN PRIVATE KEY-----') },
      'KAFKA_CA_FILE: has no certificate in PEM',
    ],
    [
      'a url that the driver would repeat in an error',
      { DATABASE_URL: 'postgres://u:p%@[db/d' },
      'DATABASE_URL: expected a URL',
    ],
    [
      'a linger beyond the grace of a pod',
      { STOP_LINGER_MS: '20001' },
      'STOP_LINGER_MS: expected at most 20000',
    ],
    ['the default database in production', { NODE_ENV: 'production' }, `DATABASE_URL: ${weak}`],
    [
      'a database without a password in production',
      { NODE_ENV: 'production', DATABASE_URL: 'postgres://u@h/d' },
      `DATABASE_URL: ${weak}`,
    ],
    [
      '15 characters in production',
      { ...production, DATABASE_URL: urlWith(STRONG.slice(1)) },
      `DATABASE_URL: ${weak}`,
    ],
    [
      'one that came from a file',
      { NODE_ENV: 'production', DATABASE_URL_FILE: file('weak', urlWith('postgres')) },
      `DATABASE_URL: ${weak}`,
    ],
    [
      'a placeholder in production',
      { ...production, ...login('change-me-change-me') },
      `KAFKA_PASSWORD: ${weak}`,
    ],
    [
      '15 characters of the login in production',
      { ...production, ...login(STRONG.slice(1)) },
      `KAFKA_PASSWORD: ${weak}`,
    ],
  ])('%s', (_name, environment: Environment, expected) => {
    expect(() => read(environment)).toThrow(`the environment is not usable:\n  ${expected}`)
  })

  test('all of it at once, and tells none of the secrets', () => {
    const attempt = () =>
      read({ NODE_ENV: 'production', PORT: 'x', DATABASE_URL: urlWith('hush1'), ...login('hush2') })
    expect(attempt).toThrow(/PORT[^]*DATABASE_URL[^]*KAFKA_PASSWORD/)
    expect(attempt).not.toThrow(/hush/)
  })
})

test.each(['development', 'test', undefined])(
  'accepts weak passwords where NODE_ENV is %p',
  (NODE_ENV) => {
    expect(() => read({ NODE_ENV, ...login('short') })).not.toThrow()
  },
)
