import { freshHash, get, head, JSON_TYPE, PREFIX, put, type Row } from './table.ts'

const good = () => `{"account":"known","amount":5,"hash":"${freshHash()}"}`
const KNOWN = `${PREFIX}/account/known`
const line = (target: string, method = 'GET'): string => head(`${method} ${target} HTTP/1.1`)

const targets: Row[] = [
  {
    id: 'T24',
    what: 'a host of one letter',
    send: [`GET ${KNOWN} HTTP/1.1\r\nHost: a\r\n\r\n`],
    status: 200,
    reaches: true,
  },
  {
    id: 'T24',
    what: 'an absolute URI with a foreign host',
    send: [line(`http://evil.example${KNOWN}`)],
    status: 200,
    reaches: true,
    why: 'Bun takes the host from the Host header; nothing of ours depends on the host',
  },
  { id: 'T25', what: 'OPTIONS *', send: [line('*', 'OPTIONS')], status: 400 },
  ...['CONNECT', 'TRACE', 'PURGE'].map(
    (method): Row => ({
      id: 'T25',
      what: method,
      send: [line(KNOWN, method)],
      status: 405,
      code: 'method_not_allowed',
    }),
  ),
  {
    id: 'T25',
    what: 'a method that does not exist',
    send: [line(KNOWN, 'FOO')],
    status: 0,
    why: 'Bun closes without an answer',
  },
  {
    id: 'T26',
    what: 'a wrong method on a literal path',
    send: [line(`${PREFIX}/account/put`, 'DELETE')],
    status: 405,
    code: 'method_not_allowed',
  },
  ...[`/${KNOWN}`, `${PREFIX}//account/known`, `${KNOWN}/`, KNOWN.toUpperCase(), '/', PREFIX].map(
    (path): Row => ({ id: 'T29', what: path, send: [line(path)], status: 404, code: 'not_found' }),
  ),
  ...[
    `${PREFIX}/./account/known`,
    `${PREFIX}/x/../account/known`,
    `${PREFIX}/x/%2e%2e/account/known`,
  ].map(
    (path): Row => ({
      id: 'T29',
      what: path,
      send: [line(path)],
      status: 200,
      reaches: true,
      why: 'Bun resolves dot segments before we see them; what comes out is checked as any path',
    }),
  ),
  ...['x=1', 'x=1&x=2', '__proto__[a]=1', 'account=known', '%zz', '%ff', '\xff', '&', '='].map(
    (query): Row => ({
      id: 'T30',
      what: `?${query}`,
      send: [line(`${KNOWN}?${query}`)],
      status: 400,
      code: 'bad_query',
    }),
  ),
  { id: 'T30', what: 'an empty query', send: [line(`${KNOWN}?`)], status: 200, reaches: true },
]

const headers: Row[] = [
  ...['gzip', 'br', 'deflate', 'gzip, gzip', 'x-unknown'].map(
    (coding): Row => ({
      id: 'T31',
      what: `Content-Encoding: ${coding}`,
      send: put(good(), [JSON_TYPE, `Content-Encoding: ${coding}`]),
      status: 415,
      code: 'unsupported_media_type',
    }),
  ),
  {
    id: 'T31',
    what: 'a real gzip bomb of 16 MB',
    send: put(Bun.gzipSync(new Uint8Array(16_000_000)), [JSON_TYPE, 'Content-Encoding: gzip']),
    status: 415,
    code: 'unsupported_media_type',
  },
  ...[
    'X-Forwarded-For: 127.0.0.1',
    'X-HTTP-Method-Override: DELETE',
    'X-Original-URL: /admin',
    'X-Forwarded-Host: evil.example',
    'Accept: application/xml',
    'Range: bytes=0-1',
    'If-None-Match: "x',
    'Cookie: a=b',
    'Origin: https://evil.example',
    'Content-Length: 3',
  ].map(
    (header): Row => ({
      id: header.startsWith('A') ? 'T33' : header.startsWith('X') ? 'T32' : 'T35',
      what: `${header} is ignored`,
      send: [
        get('/account/known', header),
        ...(header.startsWith('Content-Length') ? ['abc'] : []),
      ],
      status: 200,
      reaches: true,
    }),
  ),
  {
    id: 'T34',
    what: 'an upgrade to HTTP/2 is ignored',
    send: [
      get(
        '/account/known',
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AA',
      ),
    ],
    status: 200,
    reaches: true,
  },
  {
    id: 'T34',
    what: 'an upgrade to a WebSocket is ignored',
    send: [
      get(
        '/account/known',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
      ),
    ],
    status: 200,
    reaches: true,
  },
]

export const targetRows: readonly Row[] = [...targets, ...headers]
