import { Histogram } from 'prom-client'

const seconds = new Histogram({
  name: 'http_request_seconds',
  help: 'Answered requests, by route as declared.',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
})

/** Counts an answered request. Unknown paths share one label, so that nobody can add labels. */
export const observeRequest = (answered: {
  route: string
  method: string
  status: number
  seconds: number
}): void => {
  const { route, method, status } = answered
  seconds.observe(
    { route: route || 'none', method: METHODS.has(method) ? method : 'other', status },
    answered.seconds,
  )
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'])
