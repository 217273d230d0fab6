import { expect, test } from 'bun:test'
import { isUrl, passwordOf, sessionOptions } from './connection.ts'

test.each([
  ['postgres://u:p@h:5432/d', 'p'],
  ['postgres://u@h/d', ''],
  ['postgresql://u:p%40%2F%3A@h/d?sslmode=require', 'p@/:'],
  ['postgres://u:p,q@h/d', 'p,q'],
  ['postgres://u:p,q@h1:1,h2:2/d', 'p,q'],
  ['postgres://u:p@h1:1,h2:2', 'p'],
])('the password in %s is %p', (url, password) => {
  expect(isUrl(url)).toBe(true)
  expect(passwordOf(url)).toBe(password)
})

test.each(['postgres://u:p@h:x/d', 'postgres://u:%@h/d', 'postgres://[h/d'])(
  '%s is no url',
  (url) => {
    expect(isUrl(url)).toBe(false)
  },
)

test('TLS always verifies', () => {
  const url = 'postgres://u:p@h/d'
  expect(sessionOptions({ url })).toEqual({})
  expect(sessionOptions({ url, tls: {} })).toEqual({ ssl: { rejectUnauthorized: true } })
  expect(sessionOptions({ url, tls: { ca: 'pem' } })).toEqual({
    ssl: { rejectUnauthorized: true, ca: 'pem' },
  })
})
