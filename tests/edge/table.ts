import { expect, test } from 'bun:test'
import type { Wire } from './raw.ts'
import { exchange } from './raw.ts'

/**
 * A bad (or strange but good) input. `id` names the line of the catalogue of inputs that it
 * belongs to: T transport, J JSON body, A account id, M amount, H hash, P path.
 */
export type Row = {
  id: string
  what: string
  send: Wire
  /** The acceptable statuses; 0 stands for a connection closed without an answer. */
  status: number | readonly number[]
  /** The problem code, where the edge answers; Bun's own refusals have no body. */
  code?: string
  /** The input is acceptable after all and comes to the handler. */
  reaches?: true
  /** Where the answer is not the one wished for: what stands in the way, and why it is harmless. */
  why?: string
}

export type Target = {
  port: number
  /** How often a handler was called; a refused input must not change it. */
  handled: () => number
  /** Turns a request for the demo into one for another service. */
  redirect?: (head: string) => string
}

/** One test per row, each followed by a good request: a bad input must not harm the next one. */
export const testRows = (target: () => Target, rows: readonly Row[]): void => {
  for (const row of rows) {
    test(`${row.id} ${row.what} → ${[row.status].flat().join(' or ')}`, async () => {
      const { port, handled, redirect = (head: string) => head } = target()
      const before = handled()
      const [first = '', ...rest] = row.send
      const sent = [typeof first === 'string' ? redirect(first) : first, ...rest]
      const { responses, end } = await exchange(port, sent)
      const [response] = responses
      const status = response?.status ?? (end === 'closed' ? 0 : -1)
      // What the demo answers with 200, another service may answer with 201.
      expect([row.status].flat()).toContain(status === 201 ? 200 : status)
      expect(handled() - before).toBe(row.reaches === undefined ? 0 : 1)
      if (row.code !== undefined) {
        expect(response?.headers.get('content-type')).toBe('application/problem+json')
        expect(JSON.parse(response?.body ?? '')).toMatchObject({ code: row.code })
      }
      const next = await exchange(port, [redirect(get('/account/known'))])
      expect(next.responses[0]?.status).toBe(200)
    })
  }
}

const HOST = 'Host: localhost\r\n'
const PREFIX = '/billing-service'

/** A request line and headers, as they are. */
export const head = (requestLine: string, ...headers: readonly string[]): string =>
  `${[requestLine, HOST.trim(), ...headers].join('\r\n')}\r\n\r\n`

export const get = (path: string, ...headers: readonly string[]): string =>
  head(`GET ${PREFIX}${path} HTTP/1.1`, ...headers)

const JSON_TYPE = 'Content-Type: application/json'

/** A request with a body; its length is announced unless `headers` frame it in another way. */
export const withBody = (
  method: string,
  path: string,
  body: string | Uint8Array,
  headers: readonly string[] = [JSON_TYPE],
): [string, Uint8Array] => {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
  const framed = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header))
  const length = framed ? [] : [`Content-Length: ${bytes.length}`]
  return [head(`${method} ${PREFIX}${path} HTTP/1.1`, ...headers, ...length), bytes]
}

export const put = (body: string | Uint8Array, headers?: readonly string[]) =>
  withBody('PATCH', '/account/put', body, headers)

export const create = (body: string | Uint8Array, headers?: readonly string[]) =>
  withBody('POST', '/account/create', body, headers)

/** A hash that was not used before, so that a good row stays good when it runs again. */
export const freshHash = (): string => crypto.randomUUID()

/** A good deposit with one field, in JSON, in place of the good one. */
export const putWith = (field: string, json: string): Wire =>
  put(
    `{${Object.entries({ account: '"known"', amount: '5', hash: `"${freshHash()}"`, [field]: json })
      .map(([name, value]) => `"${name}":${value}`)
      .join(',')}}`,
  )

/** The same bytes in one chunk. */
export const chunked = (body: string): string =>
  `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`

export const CHUNKED = [JSON_TYPE, 'Transfer-Encoding: chunked'] as const
export { JSON_TYPE, PREFIX }
