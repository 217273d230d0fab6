import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { INHERITED, PLAIN } from './field-rows.ts'
import { exchange } from './raw.ts'
import { type RunningDemo, runDemo } from './running.ts'
import { chunked, create, get, head, put } from './table.ts'

/** What a service built on the edge promises its clients, shown on the demo. */

let demo: RunningDemo
beforeAll(async () => {
  demo = await runDemo()
})
afterAll(() => demo.stop())

const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(new URL(`/billing-service${path}`, demo.url), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  })
const messageOf = async (response: Response) => v.parse(Message, await response.json()).message
const Message = v.object({ message: v.string() })

describe('an answer', () => {
  test('carries amounts as JSON numbers, to the digit', async () => {
    await call('POST', '/account/create', '{"account":"digits"}')
    const hash = crypto.randomUUID()
    const body = `{"account":"digits","amount":9007199254740.93,"hash":"${hash}"}`
    const response = await call('PATCH', '/account/put', body)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(
      '{"account":"digits","balance":9007199254740.93,"lastAmount":9007199254740.93}',
    )
  })

  test('is not kept by caches and not guessed at, and names its request', async () => {
    const { headers } = await call('GET', '/account/known')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toStartWith('application/json')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('to HEAD is that to GET without the body; OPTIONS tells the methods', async () => {
    const whole = await call('GET', '/account/known')
    const { responses } = await exchange(demo.port, [
      head('HEAD /billing-service/account/known HTTP/1.1', 'Connection: close'),
    ])
    expect(responses).toEqual([])
    const empty = await call('HEAD', '/account/known')
    expect(empty.status).toBe(200)
    expect(empty.headers.get('content-length')).toBe(String((await whole.text()).length))
    const options = await call('OPTIONS', '/account/known')
    expect(options.status).toBe(204)
    expect(options.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  test('may be plain text', async () => {
    const response = await call('GET', '/notification/17')
    expect(response.headers.get('content-type')).toBe('text/plain;charset=utf-8')
    expect(await response.text()).toBe('17')
  })
})

describe('a refusal', () => {
  test('is a problem document in Russian', async () => {
    await call('POST', '/account/create', '{"account":"twice"}')
    const response = await call('POST', '/account/create', '{"account":"twice"}')
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('content-language')).toBe('ru')
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'account_exists',
      message: 'Счет уже создан',
      requestId: response.headers.get('x-request-id'),
    })
  })

  test.each([
    ['en', 'There is no such account'],
    ['en-GB,en;q=0.9,ru;q=0.8', 'There is no such account'],
    ['ru,en;q=0.9', 'Счет не найден'],
    ['de', 'Счет не найден'],
    ['*', 'Счет не найден'],
    [',;q=,x=', 'Счет не найден'],
  ])('answers Accept-Language %s with “%s”', async (language, message) => {
    const headers = { 'accept-language': language }
    expect(await messageOf(await call('GET', '/account/nobody', undefined, headers))).toBe(message)
  })

  test('names the fields, and never what was in them', async () => {
    const secret = 'hunter2-hunter2'
    const body = `{"account":"${secret}!","amount":"${secret}","${secret}":"${secret}"}`
    const response = await call('PATCH', '/account/put', body)
    expect(response.status).toBe(422)
    const text = await response.text()
    expect(text).not.toContain(secret)
    expect(JSON.parse(text)).toMatchObject({
      code: 'validation_failed',
      errors: [
        { path: 'account', message: 'expected 1 to 64 letters, digits, _ or -' },
        { path: 'amount' },
        { path: 'hash', message: 'is required' },
        { path: '', message: 'unknown field' },
      ],
    })
  })

  test('of a method names the allowed ones', async () => {
    const response = await call('DELETE', '/account/put')
    expect(response.status).toBe(405)
    // The same path is also an account named put.
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS, PATCH')
  })
})

describe('ids', () => {
  test.each([...INHERITED, ...PLAIN])('A13–A15 %s is an account like any other', async (id) => {
    const created = await call('POST', '/account/create', JSON.stringify({ account: id }))
    expect(created.status).toBe(201)
    const read = await call('GET', `/account/${id}`)
    expect(await read.json()).toEqual({ account: id, balance: 0, lastAmount: null })
  })
  test('A16 differ by case', async () => {
    expect((await call('POST', '/account/create', '{"account":"Case"}')).status).toBe(201)
    expect((await call('POST', '/account/create', '{"account":"case"}')).status).toBe(201)
  })
})

describe('M11', () => {
  test('0.1 three times is 0.3', async () => {
    await call('POST', '/account/create', '{"account":"tenths"}')
    for (const _ of [1, 2, 3]) {
      const hash = crypto.randomUUID()
      await call('PATCH', '/account/put', `{"account":"tenths","amount":0.1,"hash":"${hash}"}`)
    }
    expect(await (await call('GET', '/account/tenths')).text()).toContain('"balance":0.3,')
  })
})

describe('T38: a request id', () => {
  test('is taken over when it is harmless', async () => {
    const headers = { 'x-request-id': 'Trace_1.2-3' }
    const response = await call('GET', '/account/nobody', undefined, headers)
    expect(response.headers.get('x-request-id')).toBe('Trace_1.2-3')
    expect(await response.json()).toMatchObject({ requestId: 'Trace_1.2-3' })
  })
  test.each(['a b', 'a,b', 'ключ', '"', '\\u0000', 'x'.repeat(65), 'x'.repeat(4_000), ''])(
    'is replaced when it is not: %j',
    async (id) => {
      const wire = [get('/account/known', `X-Request-Id: ${id}`)]
      const [response] = (await exchange(demo.port, wire)).responses
      expect(response?.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

describe('a connection', () => {
  test('T28: pipelined good and bad requests are answered in sequence', async () => {
    const wire = [
      get('/account/known'),
      ...create('{"account":'),
      get('/account/%00'),
      ...put('{}', ['Content-Type: text/plain']),
      ...put(chunked(`{"account":"${'a'.repeat(17_000)}"}`), [
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
      ]),
      get('/account/known'),
    ]
    const { responses } = await exchange(demo.port, wire, { count: 6 })
    expect(responses.map(({ status }) => status)).toEqual([200, 400, 400, 415, 413, 200])
  })
  test('T36: 2,000 requests on one connection are all answered', async () => {
    const wire = [get('/account/known').repeat(2_000)]
    const { responses } = await exchange(demo.port, wire, { count: 2_000, deadlineMs: 10_000 })
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(2_000)
  })
  test('T37: a client that hangs up in the middle does no harm', async () => {
    const before = demo.calls.length
    const [line] = put('{"account":"known","amount":5,"hash":"12345678"}')
    await exchange(demo.port, [line, '{"acc'], { deadlineMs: 50 })
    const [next] = (await exchange(demo.port, [get('/account/known')])).responses
    expect(next?.status).toBe(200)
    expect(demo.calls.length - before).toBe(1)
  })
})
