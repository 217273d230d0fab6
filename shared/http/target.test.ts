import { describe, expect, test } from 'bun:test'
import { isQueryAcceptable, readTarget } from './target.ts'

describe('readTarget', () => {
  test.each([
    ['http://localhost/parcel/a-b_c.d~e', '/parcel/a-b_c.d~e', ''],
    ['http://a/parcel', '/parcel', ''],
    ['http://a:8080/parcel?size=5', '/parcel', 'size=5'],
    ['http://a/', '/', ''],
    ['http://a/parcel?', '/parcel', ''],
  ])('%s', (url, path, query) => {
    expect(readTarget(new Request(url))).toEqual({ ok: true, path, query })
  })

  test.each([
    ['a', true],
    ['a.example:8080', true],
    ['127.0.0.1:80', true],
    ['[::1]:80', true],
    ['a, b', false],
    ['', false],
    ['a/b', false],
    ['a b', false],
    ['user@a', false],
    ['[::1', false],
    ['a:port', false],
  ])('a host %j is taken: %p', (host, ok) => {
    expect(readTarget(new Request('http://a/', { headers: { host } })).ok).toBe(ok)
  })
})

describe('isQueryAcceptable', () => {
  const known = new Set(['size', 'page'])
  test.each([
    ['', true],
    ['size=5', true],
    ['size=5&page=2', true],
    ['size=', true],
    ['size=a%20b', true],
    ['size=5&size=5', false],
    ['color=red', false],
    ['size=%zz', false],
    ['size=%ff', false],
    ['size=%00', false],
    ['size=5&', false],
    ['size=5#top', false],
    ['size[]=5', false],
    ['__proto__=5', false],
  ])('%j: %p', (query, acceptable) => {
    expect(isQueryAcceptable(query, known)).toBe(acceptable)
  })
})
