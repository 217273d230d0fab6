import { create, get, put, putWith, type Row } from './table.ts'

const refused = (id: string, field: string, json: string, what = json): Row => ({
  id,
  what: `${field}: ${what}`,
  send: putWith(field, json),
  status: 422,
  code: 'validation_failed',
})
const malformed = (id: string, field: string, json: string): Row => ({
  ...refused(id, field, json),
  status: 400,
  code: 'malformed_json',
})
const taken = (id: string, field: string, json: string): Row => ({
  id,
  what: `${field}: ${json}`,
  send: putWith(field, json),
  status: 200,
  reaches: true,
})
const quoted = (values: readonly string[]): string[] => values.map((value) => JSON.stringify(value))

const STRANGE = ['é', 'e\u0301', 'а', 'Ａ', 'a\u202eb', '😀', 'a\u200bb', 'a\u00a0b']
const HOSTILE = [
  ['../admin', '..%2f', 'a/b', 'a\\b', "'; DROP TABLE account;--", "' OR 1=1--", '$1', '${x}'],
  ['{{7*7}}', '<script>', '%0d%0aSet-Cookie:x=1', 'a.b', 'a,b', 'a:b'],
].flat()

/** Names that an object has anyway: they are ordinary ids and must not meet anything inherited. */
export const INHERITED = ['__proto__', 'constructor', 'hasOwnProperty', 'toString']
/** Ids that read like something else, or like a route. */
export const PLAIN = [
  ['create', 'put', 'health', '-', '_', '0', '00', '1e3', 'NaN', 'null', 'undefined', 'true'],
  ['a'.repeat(64)],
].flat()

export const accountRows: readonly Row[] = [
  { id: 'A1', what: 'no account', send: create('{}'), status: 422, code: 'validation_failed' },
  ...['null', '""'].map((json) => refused('A1', 'account', json)),
  ...['78025498', '7.5', '1e3'].map((json) => refused('A2', 'account', json)),
  ...[65, 10_000].map((length) =>
    refused('A3', 'account', `"${'a'.repeat(length)}"`, `${length} characters`),
  ),
  ...quoted([' a', 'a ', 'a\t', '\u00a0a', 'a\u200b']).map((json) =>
    refused('A4', 'account', json),
  ),
  ...quoted(['a\n', 'a\r\n', '\na']).map((json) => refused('A5', 'account', json)),
  ...quoted(STRANGE).map((json) => refused('A6–A8', 'account', json)),
  malformed('A8', 'account', '"\\ud83d"'),
  ...quoted(HOSTILE).map((json) => refused('A9–A12', 'account', json)),
  malformed('A10', 'account', '"a\\u0000b"'),
  {
    id: 'A17',
    what: 'an account that does not exist',
    send: [get('/account/nobody')],
    status: 404,
    code: 'account_not_found',
    reaches: true,
  },
  ...INHERITED.map(
    (id): Row => ({
      id: 'A13',
      what: `${id} does not exist unless it was opened`,
      send: [get(`/account/${id}`)],
      status: 404,
      code: 'account_not_found',
      reaches: true,
    }),
  ),
]

const UNLIKE_AMOUNTS = [
  [' 5', '5 ', '5\n', '٥', '５', '5,00', '1_000', '0x5', '1e3', '', 'NaN', '+5', '05', '.5', '5.'],
].flat()

export const amountRows: readonly Row[] = [
  ...['0', '0.0', '0.00', '-0', '"0"'].map((json) => refused('M1', 'amount', json)),
  ...['-1', '-1000', '-0.01', '"-1"'].map((json) => refused('M2', 'amount', json)),
  ...['1e400', '-1e400'].map((json) => refused('M3', 'amount', json)),
  refused('M4', 'amount', '1e-400'),
  ...['9007199254740993', '90071992547409.93'].map((json) => refused('M5', 'amount', json)),
  refused('M6', 'amount', '5.00000000000000000001'),
  ...['1.005', '0.001', '10.999', '5.000'].map((json) => refused('M7', 'amount', json)),
  ...['1e2', '1E2', '100e-2', '1.0e0', '1e0'].map((json) => refused('M8', 'amount', json)),
  ...quoted(UNLIKE_AMOUNTS).map((json) => refused('M9', 'amount', json)),
  ...['"5"', '"5.00"', '5', '5.0', '5.00', '0.01'].map((json) => taken('M9', 'amount', json)),
  ...['true', 'null', '[]', '{}', '[5]', '{"$numberLong":"5"}', '{"source":"5"}'].map((json) =>
    refused('M10', 'amount', json),
  ),
  refused('M12', 'amount', '0.30000000000000004'),
  taken('M13', 'amount', '9999999999999.99'),
  ...['10000000000000', '10000000000000.00', `1${'0'.repeat(30)}`].map((json) =>
    refused('M13', 'amount', json),
  ),
  {
    id: 'M15',
    what: 'no amount',
    send: put('{"account":"known","hash":"12345678"}'),
    status: 422,
    code: 'validation_failed',
  },
  refused('M17', 'amount', `0.${'0'.repeat(15_000)}1`, '15,000 decimals'),
  {
    id: 'M18',
    what: 'a currency beside the amount',
    send: put('{"account":"known","amount":5,"hash":"12345678","currency":"USD"}'),
    status: 422,
    code: 'validation_failed',
  },
  refused('M18', 'amount', '{"value":5,"currency":"USD"}'),
]

export const hashRows: readonly Row[] = [
  {
    id: 'H1',
    what: 'no hash',
    send: put('{"account":"known","amount":5}'),
    status: 422,
    code: 'validation_failed',
  },
  ...['null', '""', '"1234567"'].map((json) => refused('H1', 'hash', json)),
  refused('H1', 'hash', `"${'h'.repeat(256)}"`, '256 characters'),
  ...['12345678', 'true', '["12345678"]', '{"a":"12345678"}'].map((json) =>
    refused('H2', 'hash', json),
  ),
  ...quoted(['1234567é', '1234567e\u0301', '12345678\n', '1234567 8', '12345678\u200b']).map(
    (json) => refused('H3', 'hash', json),
  ),
  malformed('H3', 'hash', '"12345678\\u0000"'),
  malformed('H3', 'hash', '"12345678\\ud800"'),
]
