import { describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { money } from '../../shared/http/amount.ts'
import { edge } from '../../shared/http/edge.ts'
import { refusals } from '../../shared/http/problem.ts'
import { openLog } from '../../shared/log.ts'

/** What the edge makes of handlers that fail, and of routes that the demo does not have. */

describe('trouble inside', () => {
  const refuse = refusals({ gone: { status: 410, ru: 'Нет', en: 'Gone', retryAfterSeconds: 7 } })
  const seen: unknown[] = []
  const log = openLog('trouble', 'silent')
  log.error = (...line: unknown[]) => void seen.push(line)
  const gate = Promise.withResolvers<string>()
  const app = edge({
    prefix: '/x',
    log,
    inFlightMax: 1,
    newRequestId: () => 'id-1',
    isUnavailable: (error) => error instanceof RangeError,
    observe: (answered) => void seen.push(answered.route),
  })
    .get('/secret', () => Promise.reject(new Error('the password is hunter2')))
    .get('/away', () => Promise.reject(new RangeError('no database')))
    .get('/wrong', () => JSON.parse('{"owed":"much"}'), {
      response: { 200: v.object({ owed: money }) },
    })
    .post('/plain', ({ body }) => body.kind, {
      body: v.strictObject({
        kind: v.picklist(['a', 'b']),
        size: v.pipe(v.string(), v.maxLength(3)),
      }),
    })
    .get('/thrown', () => Promise.reject(refuse('gone')))
    .get('/slow', () => gate.promise)
    .get('/paged', ({ query }) => query.size, {
      query: v.object({ size: v.pipe(v.string(), v.digits()) }),
    })
  const ask = (path: string) => app.handle(new Request(`http://localhost/x${path}`))

  test('is a 500 that keeps the fault to itself; the log has it, with the request id', async () => {
    seen.length = 0
    const response = await ask('/secret')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('hunter2')
    expect(seen).toEqual([
      [expect.objectContaining({ requestId: 'id-1', route: '/x/secret' }), 'a request failed'],
      '/x/secret',
    ])
  })
  test('with a dependency is a 503 and says when to come again', async () => {
    const response = await ask('/away')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.json()).toMatchObject({ code: 'service_unavailable', requestId: 'id-1' })
  })
  test('with an answer that does not fit its schema is a 500', async () => {
    const response = await ask('/wrong')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('much')
  })
  test('may be refused from below, by throwing', async () => {
    const response = await ask('/thrown')
    expect(response.status).toBe(410)
    expect(response.headers.get('retry-after')).toBe('7')
  })
  test('with a schema that has no words of its own still repeats nothing', async () => {
    const response = await app.handle(
      new Request('http://localhost/x/plain', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"kind":"hunter2","size":"hunter2"}',
      }),
    )
    const text = await response.text()
    expect(text).not.toContain('hunter2')
    expect(JSON.parse(text)).toMatchObject({
      errors: [
        { path: 'kind', message: 'expected ("a" | "b")' },
        { path: 'size', message: 'expected <=3' },
      ],
    })
  })
  test('beyond what may be in flight is a 503, and over when the first is answered', async () => {
    const first = ask('/slow')
    expect((await ask('/slow')).status).toBe(503)
    gate.resolve('done')
    expect(await (await first).text()).toBe('done')
    expect((await ask('/slow')).status).toBe(200)
  })
  test.each([
    ['size=5', 200],
    ['size=x', 400],
    ['size=5&size=6', 400],
    ['size=5&page=1', 400],
    ['size=%35', 200],
    ['size=%zz', 400],
    ['s%69ze=5', 400],
    ['', 400],
  ])('a query ?%s is %i', async (query, status) => {
    expect((await ask(`/paged?${query}`)).status).toBe(status)
  })
})

test('the compiler objects to a refusal that the route does not document', () => {
  const refuse = refusals({
    here: { status: 404, ru: 'a', en: 'a' },
    there: { status: 409, ru: 'b', en: 'b' },
  })
  const response = { 200: v.string(), ...refuse.responses('here') }
  const app = edge({ prefix: '', log: openLog('types', 'silent') })
  app.get('/good', async () => (app.routes.length > 9 ? 'x' : refuse('here')), { response })
  // @ts-expect-error -- `there` is not among the documented refusals.
  app.get('/bad', async () => (app.routes.length > 9 ? 'x' : refuse('there')), { response })
  // @ts-expect-error -- no such code in the catalogue.
  expect(() => refuse('nowhere')).toThrow('nowhere is not in the catalogue')
})
