import { refuse } from './edge-problems.ts'
import type { Refusal } from './problem.ts'

/** Where a request goes. `query` is raw and without its question mark, empty when there is none. */
export type Target = { ok: true; path: string; query: string } | { ok: false; refusal: Refusal }

/**
 * Splits the URL of a request, and refuses all that could be read in two ways: a percent escape
 * in the path (no path of ours needs one, and `%2f` or `%00` mean mischief), characters beyond
 * the unreserved ones of RFC 3986, a fragment, a host that is none, two hosts.
 */
export const readTarget = ({ url, headers }: Request): Target => {
  const host = headers.get('host')
  // Bun joins repeated headers with a comma, and leaves the host out of the URL of a bad one.
  if (!url.startsWith('http') || (host !== null && !HOST.test(host))) {
    return { ok: false, refusal: refuse('bad_request') }
  }
  const start = url.indexOf('/', SCHEME_LENGTH_MIN)
  const mark = url.indexOf('?', start)
  const path = mark === -1 ? url.slice(start) : url.slice(start, mark)
  if (!PATH.test(path)) return { ok: false, refusal: refuse('bad_path') }
  return { ok: true, path, query: mark === -1 ? '' : url.slice(mark + 1) }
}

/**
 * Whether every parameter is known, there once, and decodes. Elysia would take the last of two
 * and let unknown ones pass.
 */
export const isQueryAcceptable = (query: string, known: ReadonlySet<string>): boolean => {
  if (query === '') return true
  const seen = new Set<string>()
  return query.split('&').every((pair) => {
    const name = pair.split('=', 1)[0] ?? ''
    const fresh = known.has(name) && !seen.has(name)
    seen.add(name)
    return fresh && QUERY_PAIR.test(pair) && decodes(pair)
  })
}

const decodes = (text: string): boolean => {
  try {
    return !decodeURIComponent(text).includes('\0')
  } catch {
    return false
  }
}

/** `http:` and two slashes; the next slash begins the path. */
const SCHEME_LENGTH_MIN = 'https://'.length

/** A name or address and maybe a port; an IPv6 address stands in brackets. */
const HOST = /^([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$/
const PATH = /^\/[A-Za-z0-9._~/-]{0,1023}$/
const QUERY_PAIR = /^[A-Za-z0-9._~%+=,:-]*$/
