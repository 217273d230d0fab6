import { create, freshHash, JSON_TYPE, put, putWith, type Row } from './table.ts'

const good = () => `{"account":"known","amount":5,"hash":"${freshHash()}"}`
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  )

const malformed = (id: string, what: string, body: string | Uint8Array): Row => ({
  id,
  what,
  send: create(body),
  status: 400,
  code: 'malformed_json',
})
const invalid = (id: string, body: string, what = body): Row => ({
  id,
  what,
  send: create(body),
  status: 422,
  code: 'validation_failed',
})
const unsupported = (id: string, what: string, headers: readonly string[]): Row => ({
  id,
  what,
  send: put(good(), headers),
  status: 415,
  code: 'unsupported_media_type',
})
const nested = (depth: number): string => `{"account":${'['.repeat(depth)}${']'.repeat(depth)}}`

const grammar: Row[] = [
  malformed('J1', 'an empty body', ''),
  ...['null', '[]', '"x"', '1', 'true', '{}'].map((body) => invalid('J2', body)),
  ...['{"account":', '{"account":"a"', '{', '"'].map((body) => malformed('J3', body, body)),
  ...[
    '{"account":"a",}',
    '{"account":"a"/**/}',
    "{'account':'a'}",
    '{account:"a"}',
    '{"account" "a"}',
  ].map((body) => malformed('J4', body, body)),
  ...['NaN', 'Infinity', 'undefined', '0x10', '01', '+1', '.5', '1.', '-', '1e', '--1'].map(
    (json) => ({
      ...malformed('J5', json, ''),
      send: putWith('amount', json),
    }),
  ),
  ...['{}{}', '{"account":"a"}x', '{"account":"a"}\0'].map((body) => malformed('J23', body, body)),
  malformed('J25', '16 KB of white space', ' '.repeat(16_000)),
  malformed('J17', 'a raw control character in a string', '{"account":"a\tb"}'),
]

const ambiguous: Row[] = [
  malformed('J6', 'a key twice', '{"account":"a","account":"b"}'),
  malformed('J6', 'a key twice with equal values', '{"account":"a","account":"a"}'),
  malformed('J6', 'a key twice, deeper', '{"account":{"x":1,"x":1}}'),
  malformed('J7', 'a key twice, once by an escape', '{"account":"a","acc\\u006funt":"a"}'),
  ...['{"__proto__":{"polluted":1},"account":"j8"}', '{"account":"j8","__proto__":null}'].map(
    (body) => invalid('J8', body),
  ),
  invalid('J9', '{"constructor":{"prototype":{"polluted":1}},"account":"j9"}'),
  invalid('J9', '{"account":{"__proto__":{"polluted":1}}}'),
  ...[
    '{"account":"j10","status":"COMPLETE"}',
    '{"account":"j10","balance":5}',
    '{"account":"j10","id":1}',
  ].map((body) => invalid('J10', body)),
  invalid('J11', nested(7), 'nesting of 8'),
  malformed('J11', 'nesting of 9', nested(8)),
  malformed('J11', 'nesting of 8,000', nested(7_999)),
  {
    id: 'J12',
    what: 'nesting of 100,000',
    send: create(nested(100_000)),
    status: 413,
    why: 'Bun stops reading at 64 KB',
  },
  invalid('J24', `{${Array.from({ length: 1_000 }, (_, n) => `"k${n}":1`).join()}}`, '1,000 keys'),
  invalid('J24', `{"${'k'.repeat(10_000)}":1}`, 'a key of 10 KB'),
  ...['"x"', '1', 'true', 'null', '[]', '{}', '["a"]', '{"account":"a"}'].flatMap((json) =>
    ['account', 'amount', 'hash'].flatMap((field): Row[] =>
      (field === 'account' && json === '"x"') || (field === 'amount' && json === '1')
        ? []
        : [{ ...invalid('J26', json, `${field}: ${json}`), send: putWith(field, json) }],
    ),
  ),
  ...['toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf', '__defineGetter__'].map((key) =>
    invalid('J27', `{"account":"j27","${key}":"() => 1"}`),
  ),
  {
    ...invalid('J28', '', 'a number of 16,000 digits'),
    send: putWith('amount', '1'.repeat(16_000)),
  },
  {
    id: 'J28',
    what: 'a number of 100,000 digits',
    send: putWith('amount', '1'.repeat(100_000)),
    status: 413,
  },
]

const encoding: Row[] = [
  malformed('J13', 'a byte order mark', bytes([0xef, 0xbb, 0xbf], '{"account":"j13"}')),
  malformed('J14', 'bytes that are not UTF-8 in a string', bytes('{"account":"', [0xff], '"}')),
  malformed('J14', 'bytes that are not UTF-8 in a key', bytes('{"acc', [0xc3, 0x28], '":"a"}')),
  malformed('J14', 'a sequence cut short', bytes('{"account":"', [0xf0, 0x90, 0x80], '"}')),
  malformed('J15', 'an overlong NUL', bytes('{"account":"', [0xc0, 0x80], '"}')),
  malformed('J15', 'a surrogate in UTF-8', bytes('{"account":"', [0xed, 0xa0, 0x80], '"}')),
  ...['\\ud800', '\\udc00', '\\ud800x', '\\ude00\\ud83d'].map((escape) =>
    malformed('J16', `half a pair: ${escape}`, `{"account":"${escape}"}`),
  ),
  malformed('J16', 'half a pair in a key', '{"account":"a","\\ud800":1}'),
  malformed('J17', 'an escaped NUL', '{"account":"a\\u0000b"}'),
  malformed('J17', 'an escaped NUL in a key', '{"account":"a","a\\u0000":1}'),
  malformed('J18', 'UTF-16', Buffer.from('{"account":"a"}', 'utf16le')),
  ...['utf-16', 'windows-1251', 'latin1', 'utf-8, application/json', '"utf-8', ''].map((charset) =>
    unsupported('J18', `charset=${charset}`, [`${JSON_TYPE}; charset=${charset}`]),
  ),
  unsupported('J19', 'no Content-Type', []),
  unsupported('J19', 'an empty Content-Type', ['Content-Type: ']),
  unsupported('J19', 'two Content-Types', [JSON_TYPE, JSON_TYPE]),
  unsupported('J19', 'two Content-Types, the first with a parameter', [
    `${JSON_TYPE}; x=y`,
    'Content-Type: text/plain',
  ]),
  ...[
    ...['text/plain', 'application/xml', 'application/problem+json', 'application/jsonx'].map(
      (type) => ['J19', type],
    ),
    ['J20', 'application/x-www-form-urlencoded'],
    ['J21', 'multipart/form-data; boundary=x'],
  ].map(([id = '', type = '']) => unsupported(id, type, [`Content-Type: ${type}`])),
  ...[
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8; x=y',
    'application/json; charset="utf-8"',
    'APPLICATION/JSON',
    'application/json ;',
  ].map(
    (type): Row => ({
      id: 'J22',
      what: type,
      send: put(good(), [`Content-Type: ${type}`]),
      status: 200,
      reaches: true,
    }),
  ),
]

export const bodyRows: readonly Row[] = [...grammar, ...ambiguous, ...encoding]
