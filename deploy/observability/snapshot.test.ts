import { expect, test } from 'bun:test'
import { JOBS } from './files.ts'
import { legendOf, snapshot } from './snapshot.ts'

const RANGE = { from: 1_800_000_000, to: 1_800_000_900, step: 5 }

/** Answers every query with two series, or with none. */
const prometheusWith = (points: readonly [number, string][]) => {
  const queries: string[] = []
  const server = Bun.serve({
    port: 0,
    fetch: ({ url }) => {
      queries.push(new URL(url).searchParams.get('query') ?? '')
      const series = ['relay', 'sweeper'].map((check) => ({ metric: { check }, values: points }))
      return Response.json({ data: { result: points.length === 0 ? [] : series } })
    },
  })
  return { queries, url: server.url.origin, stop: () => server.stop(true) }
}

test.each([...JOBS])('draws what the dashboard of %s asks for', async (job) => {
  const prometheus = prometheusWith([
    [RANGE.from, '1'],
    [RANGE.to, '0.25'],
    [RANGE.to, 'NaN'],
  ])
  const drawn = await snapshot(job, prometheus.url, RANGE)
  await prometheus.stop()
  expect(drawn).toStartWith('<svg')
  for (const words of ['Latency', 'Instances ready', 'relay', 'The last 15 minutes']) {
    expect(drawn).toContain(words)
  }
  expect(drawn).not.toContain('NaN')
  expect(prometheus.queries.length).toBeGreaterThan(10)
  expect(prometheus.queries.filter((query) => query.includes('$'))).toEqual([])
})

test('says where there is no data', async () => {
  const prometheus = prometheusWith([])
  expect(await snapshot('order-service', prometheus.url, RANGE)).toContain('no data')
  await prometheus.stop()
})

test('says what Prometheus does not understand', async () => {
  const server = Bun.serve({ port: 0, fetch: () => new Response('bad query', { status: 400 }) })
  const drawing = snapshot('order-service', server.url.origin, RANGE)
  expect(await drawing.catch(String)).toContain('bad query')
  await server.stop(true)
})

test.each([
  ['{{method}} {{route}} {{status}}', { method: 'GET', route: '/x', status: '200' }, 'GET /x 200'],
  ['p99', {}, 'p99'],
  ['{{ reason }}', {}, ''],
])('a legend %s', (format, labels, legend) => {
  expect(legendOf(format, labels as Record<string, string>)).toBe(legend)
})
