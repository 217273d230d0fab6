import { describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { keptLog } from '../../tests/support/kept-log.ts'
import { place, recordedSpans } from '../../tests/support/recorded-spans.ts'
import { inertTracer, type Tracer } from '../tracing/tracer.ts'
import { edge } from './edge.ts'
import { isAbout, traceOf } from './request-context.ts'

const answer = async (tracer: Tracer, path: string, init: RequestInit = {}) => {
  const { log, lines } = keptLog()
  const seen: unknown[] = []
  const api = edge({ prefix: '', log, tracer, newRequestId: () => 'r' })
    .get(
      '/parcels/:parcel',
      ({ params, request }) => {
        isAbout(request, { parcel: params.parcel })
        seen.push(traceOf(request))
        return 'there'
      },
      { params: v.object({ parcel: v.string() }) },
    )
    .get('/broken', () => {
      throw new Error('broken')
    })
  const { status } = await api.handle(new Request(`http://localhost${path}`, init))
  return { status, seen, line: lines.at(-1), lines }
}

const from = (traceparent: string): RequestInit => ({ headers: { traceparent } })

describe('a request', () => {
  test('has a span by its route, its line has the trace, and its handler the place', async () => {
    const { tracer, spans } = recordedSpans()
    const { seen, line } = await answer(tracer, '/parcels/7?', from(place(1)))
    expect(spans).toEqual([
      {
        step: {
          name: 'GET /parcels/:parcel',
          kind: 'server',
          parent: place(1),
          startedAt: expect.any(Number),
          attributes: {
            'http.request.method': 'GET',
            'http.route': '/parcels/:parcel',
            'url.path': '/parcels/7',
            'url.scheme': 'http',
          },
        },
        ending: { attributes: { 'http.response.status_code': 200, parcel: '7' } },
      },
    ])
    expect(seen).toEqual([{ traceparent: place(101) }])
    expect(line).toMatchObject({ msg: 'request', requestId: 'r', traceId: TRACE, parcel: '7' })
  })

  test.each([
    ['that nobody answers', '/nowhere', {}, 'GET', 404, undefined],
    [
      'of a wrong method',
      '/parcels/7',
      { method: 'DELETE' },
      'DELETE /parcels/:parcel',
      405,
      undefined,
    ],
    ['that fails', '/broken', {}, 'GET /broken', 500, '500'],
  ] as const)('%s has one too', async (_what, path, init, name, status, error) => {
    const { tracer, spans } = recordedSpans()
    expect((await answer(tracer, path, init)).status).toBe(status)
    expect(spans).toHaveLength(1)
    expect(spans[0]?.step.name).toBe(name)
    expect(spans[0]?.ending?.attributes).toMatchObject({ 'http.response.status_code': status })
    expect(spans[0]?.ending?.error).toBe(error)
  })

  test.each(['', 'garbage', `${place(1)}, ${place(2)}`])(
    'from %p begins a trace',
    async (given) => {
      const { tracer, spans } = recordedSpans()
      expect((await answer(tracer, '/parcels/7', from(given))).status).toBe(200)
      expect(spans[0]?.step.parent).toBeUndefined()
    },
  )

  test('has no trace when nothing is traced, whatever the client says', async () => {
    const { seen, line } = await answer(inertTracer, '/parcels/7', from(place(1)))
    expect(seen).toEqual([{}])
    expect(line).not.toHaveProperty('traceId')
    expect(line).toMatchObject({ requestId: 'r', parcel: '7' })
  })
})

const TRACE = place(1).slice(3, 35)
