import { CHUNKED, chunked, freshHash, get, JSON_TYPE, PREFIX, put, type Row } from './table.ts'

const good = () => `{"account":"known","amount":5,"hash":"${freshHash()}"}`
const KNOWN = `${PREFIX}/account/known`
const framed = (...headers: readonly string[]) => put(good(), [JSON_TYPE, ...headers])
const length = (value: string) => framed(`Content-Length: ${value}`)
const large = (bytes: number): string => `{"account":"${'a'.repeat(bytes)}"}`

const syntax: Row[] = [
  { id: 'T1', what: 'no Host', send: [`GET ${KNOWN} HTTP/1.1\r\n\r\n`], status: 400 },
  {
    id: 'T1',
    what: 'no Host in HTTP/1.0',
    send: [`GET ${KNOWN} HTTP/1.0\r\n\r\n`],
    status: 400,
    code: 'bad_request',
  },
  {
    id: 'T2',
    what: 'two Host headers',
    send: [get('/account/known', 'Host: other')],
    status: 400,
    code: 'bad_request',
  },
  {
    id: 'T2',
    what: 'a Host that is none',
    send: [`GET ${KNOWN} HTTP/1.1\r\nHost: a/b?c\r\n\r\n`],
    status: 400,
    code: 'bad_request',
  },
  { id: 'T3', what: 'HTTP/0.9', send: [`GET ${KNOWN}\r\n\r\n`], status: [400, 505] },
  {
    id: 'T3',
    what: 'HTTP/9.9',
    send: [`GET ${KNOWN} HTTP/9.9\r\nHost: a\r\n\r\n`],
    status: [400, 505],
  },
  {
    id: 'T3',
    what: 'bare line feeds',
    send: [`GET ${KNOWN} HTTP/1.1\nHost: a\n\n`],
    status: [400, 505],
  },
  {
    id: 'T4',
    what: 'a space before the colon',
    send: [get('/account/known', 'X : a')],
    status: 400,
  },
  { id: 'T5', what: 'a folded header', send: [get('/account/known', 'X: a\r\n b')], status: 400 },
  { id: 'T6', what: 'NUL in a header', send: [get('/account/known', 'X: a\0b')], status: 400 },
  {
    id: 'T7',
    what: 'a header of 20 KB',
    send: [get('/account/known', `X: ${'a'.repeat(20_000)}`)],
    status: 431,
  },
  {
    id: 'T7',
    what: '300 headers',
    send: [get('/account/known', ...Array.from({ length: 300 }, (_, n) => `X-${n}: a`))],
    status: 431,
  },
  { id: 'T8', what: 'a URL of 20 KB', send: [get(`/${'a'.repeat(20_000)}`)], status: [414, 431] },
  {
    id: 'T9',
    what: 'a path segment of 9 KB',
    send: [get(`/account/${'a'.repeat(9_000)}`)],
    status: 400,
    code: 'bad_path',
  },
  {
    id: 'T9',
    what: 'a path of 9 KB that leads nowhere',
    send: [get(`/${'a'.repeat(9_000)}`)],
    status: 400,
    code: 'bad_path',
  },
]

const framing: Row[] = [
  {
    id: 'T10',
    what: 'the same Content-Length twice',
    send: framed(...Array(2).fill(`Content-Length: ${good().length}`)),
    status: 200,
    reaches: true,
    why: 'allowed by RFC 9110, 8.6; Bun takes it as one',
  },
  {
    id: 'T11',
    what: 'two different Content-Lengths',
    send: framed(`Content-Length: ${good().length}`, 'Content-Length: 3'),
    status: 400,
  },
  {
    id: 'T12',
    what: 'Content-Length and Transfer-Encoding',
    send: framed('Content-Length: 3', 'Transfer-Encoding: chunked'),
    status: 400,
  },
  ...['xchunked', 'chunked, identity', 'gzip, chunked'].map(
    (coding): Row => ({
      id: 'T13',
      what: `Transfer-Encoding: ${coding}`,
      send: put(chunked(good()), [JSON_TYPE, `Transfer-Encoding: ${coding}`]),
      status: 400,
    }),
  ),
  ...['ZZ', 'FFFFFFFFFFFFFFFFF', '-1'].map(
    (size): Row => ({
      id: 'T14',
      what: `chunk size ${size}`,
      send: put(`${size}\r\n${good()}\r\n0\r\n\r\n`, CHUNKED),
      status: 400,
    }),
  ),
  ...['-1', '+27', '1e3', '', '0x10', '1 2'].map(
    (value): Row => ({
      id: 'T15',
      what: `Content-Length: ${JSON.stringify(value)}`,
      send: length(value),
      status: 400,
    }),
  ),
  ...['1000000000000', '200000000'].map(
    (value): Row => ({
      id: 'T16',
      what: `Content-Length: ${value}`,
      send: length(value),
      status: 413,
      why: 'Bun refuses it before the edge sees it: no body in the answer, and it closes',
    }),
  ),
  {
    id: 'T17',
    what: '17 KB, announced',
    send: put(large(17_000)),
    status: 413,
    code: 'body_too_large',
  },
  {
    id: 'T17',
    what: '17 KB, announced and not sent',
    send: put('', [JSON_TYPE, 'Content-Length: 17000']),
    status: 413,
    code: 'body_too_large',
  },
  {
    id: 'T17',
    what: '17 KB, chunked',
    send: put(chunked(large(17_000)), CHUNKED),
    status: 413,
    code: 'body_too_large',
  },
  {
    id: 'T17',
    what: '70 KB, chunked',
    send: put(chunked(large(70_000)), CHUNKED),
    status: 413,
    why: 'above 64 KB Bun answers by itself, without a body',
  },
  {
    id: 'T17',
    what: 'a good body, chunked',
    send: put(chunked(good()), CHUNKED),
    status: 200,
    reaches: true,
  },
  {
    id: 'T23',
    what: 'a TLS handshake',
    send: ['\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n'],
    status: [0, 400],
  },
  { id: 'T23', what: 'noise', send: ['\0\x01\x02\xff\r\n\r\n'], status: [0, 400] },
]

export const transportRows: readonly Row[] = [...syntax, ...framing]
