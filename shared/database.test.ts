import { expect, test } from 'bun:test'
import { isUnavailable } from './database.ts'
import { DeadlineError } from './wait.ts'

const failure = (code: string, cause?: Error) => Object.assign(new Error(code, { cause }), { code })

test.each([
  ['a refused connection', failure('ECONNREFUSED'), true],
  ['a lost one', failure('CONNECTION_CLOSED'), true],
  ['a shutdown', failure('57P01'), true],
  ['too many connections', failure('53300'), true],
  ['a wait that was given up', new DeadlineError('an answer', 1), true],
  ['a wrong password', failure('28P01'), true],
  ['no way in without TLS', failure('28000'), true],
  ['a certificate of a stranger', failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), true],
  ['one that the server made for itself', failure('DEPTH_ZERO_SELF_SIGNED_CERT'), true],
  ['one of another host', failure('ERR_TLS_CERT_ALTNAME_INVALID'), true],
  ['one that has expired', failure('CERT_HAS_EXPIRED'), true],
  ['the same below another error', new Error('query', { cause: failure('28P01') }), true],
  ['a missing right', failure('42501'), false],
  ['a duplicate', failure('23505'), false],
  ['a bug', new TypeError('undefined is not a function'), false],
])('%s', (_name, error, expected) => {
  expect(isUnavailable(error)).toBe(expected)
})
