import { get, type Row } from './table.ts'

const badPath = (id: string, path: string, what = path): Row => ({
  id,
  what,
  send: [get(path)],
  status: 400,
  code: 'bad_path',
})
const account = (id: string, values: readonly string[]): Row[] =>
  values.map((value) => badPath(id, `/account/${value}`))
const order = (id: string, values: readonly string[]): Row[] =>
  values.map((value) => badPath(id, `/notification/${value}`))
const nothing = (id: string, path: string): Row => ({
  id,
  what: path,
  send: [get(path)],
  status: 404,
  code: 'not_found',
})

export const pathRows: readonly Row[] = [
  ...account('P1', ['%zz', '%', '%2', 'known%']),
  ...account('P2', ['%ff', '%c0%80', '%ed%a0%80', '\xff', '\xd0\xb0']),
  ...account('P3', ['%00', 'a%00b']),
  ...account('P4', ['..%2f', 'a%2Fb', 'a%5Cb', '%2e%2e%2fadmin']),
  ...account('P5', ['%252e', '%6bnown']),
  ...account('P6', ['a%0d%0aX:1']),
  ...account('P7', ['e%CC%81', '%C3%A9']),
  badPath('P8', `/account/${'a'.repeat(9_000)}`, 'an id of 9,000 characters'),
  badPath('P8', `/account/${'a'.repeat(65)}`, 'an id of 65 characters'),
  { id: 'P9', what: 'a raw space', send: [get('/account/a b')], status: [400, 505] },
  ...account('P10', [
    'a+b',
    'a;v=1',
    'a,b',
    'a*',
    'a#b',
    'a.b',
    'a~b',
    'a:b',
    'a@b',
    'a|b',
    'a"b',
    '<a>',
  ]),
  {
    id: 'P10',
    what: '/account/a\\b',
    send: [get('/account/a\\b')],
    status: 404,
    code: 'not_found',
    why: 'Bun turns a backslash into a slash, as browsers do; then it is another path',
  },
  ...['/account/', '/account//', '/account'].map((path) => nothing('P11', path)),
  ...['/account/known/', '/account/known/b'].map((path) => nothing('P12', path)),
  ...order('P13', ['0', '-1', '+1', '01', '1.0', '1e3', '0x1', '%D9%A1', '%201']),
  ...order('P14', ['9223372036854775808', `1${'0'.repeat(30)}`]),
  ...order('P15', ['NaN', 'null', 'undefined', 'true', '[object%20Object]', '[object']),
]
