import { describe, expect, test } from 'bun:test'
import { logLevel } from 'kafkajs'
import { keptLog } from '../../tests/support/kept-log.ts'
import { accessOptions, explained, quietly } from './client.ts'

test('TLS always verifies', () => {
  const brokers = ['a:1']
  const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const
  expect(accessOptions({ brokers })).toEqual({ brokers })
  expect(accessOptions({ brokers, tls: {}, sasl })).toEqual({
    brokers,
    ssl: { rejectUnauthorized: true },
    sasl,
  })
  expect(accessOptions({ brokers, tls: { ca: 'pem' } })).toEqual({
    brokers,
    ssl: { rejectUnauthorized: true, ca: 'pem' },
  })
})

test.each([
  ['Failed to find group coordinator', 'Failed to find group coordinator: not authorized?'],
  ['Closed connection', 'Closed connection: does the broker want TLS, or a login?'],
  ['The producer is disconnected', 'The producer is disconnected'],
])('the likely cause stands beside "%s"', (message, expected) => {
  expect(explained(new Error(message)).message).toBe(expected)
})

describe('of what kafkajs reports', () => {
  const said = (error: string): string[] => {
    const { log, lines } = keptLog()
    quietly(log)(logLevel.INFO)({
      namespace: 'Connection',
      level: logLevel.ERROR,
      label: 'ERROR',
      log: { timestamp: '', message: 'Response FindCoordinator', error },
    })
    return lines.map(({ level, msg }) => `${level} ${msg}`)
  }
  test.each([
    ['Not authorized to access group: Group authorization failed', 'warn the broker refuses: '],
    ['Transactional Id authorization failed', 'warn the broker refuses: '],
    ['The coordinator is loading', 'debug kafkajs: '],
  ])('%s is a line of %s', (error, expected) => {
    expect(said(error)).toEqual([`${expected}Response FindCoordinator`])
  })
})
