import { expect, test } from 'bun:test'
import { readQuery } from './promql.ts'

test('a query is read with its metrics, matchers and groups', () => {
  const expr = 'sum by (a, b) (rate(x_total{job="j", status=~"5.."}[$__rate_interval])) / y > 1'
  expect(readQuery(expr)).toEqual({
    selectors: [
      {
        metric: 'x_total',
        matchers: [
          { label: 'job', op: '=', value: 'j' },
          { label: 'status', op: '=~', value: '5..' },
        ],
      },
      { metric: 'y', matchers: [] },
    ],
    grouping: ['a', 'b'],
  })
})

test.each(['sum by (a (x)', 'rate(x[5m]', 'x{job=}', 'x >'])('%s is refused', (expr) => {
  expect(() => readQuery(expr)).toThrow('not PromQL')
})
