import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import { type PrivateSystem, privateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'
import { type Span, startCollector } from './collector.ts'

/** From the request to the message, through every process, outbox and topic: one trace. */

let system: PrivateSystem
const collector = startCollector()
beforeAll(async () => {
  system = await privateSystem({
    serviceEnvironment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  })
}, 240_000)
afterAll(async () => {
  await collector.stop()
  await system.dispose()
}, 120_000)

const call = async (method: string, path: string, body?: object, headers = {}) => {
  const response = await fetch(system.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  return { status: response.status, body: await response.text() }
}

const opened = async (): Promise<string> => {
  const account = `traced-${crypto.randomUUID()}`
  await call('POST', '/billing-service/account/create', { account })
  await call('PATCH', '/billing-service/account/put', { account, amount: 5, hash: account })
  return account
}

/** Places an order, waits for its message, and answers its number. */
const ordered = async (account: string, amount: number, headers = {}): Promise<string> => {
  const order = { account, amount, hash: crypto.randomUUID() }
  const { status, body } = await call('POST', '/order-service/order/create', order, headers)
  expect(status).toBe(201)
  const path = `/notification-service/notification/${body}`
  await until(async () => (await call('GET', path)).status === 200, { what: 'the message' })
  return body
}

const rootOf = (orderId: string): Span | undefined =>
  collector.spans.find(
    ({ step, attributes }) =>
      step === 'order: POST /order-service/order/create' && attributes['orderId'] === orderId,
  )

/** The spans of an order's trace, once there is one of each step: services send them in turn. */
const traceOf = (orderId: string, steps: readonly string[]): Promise<Span[]> =>
  until(
    () => {
      const root = rootOf(orderId)
      const spans = collector.spans.filter(({ trace }) => trace === root?.trace)
      const isThere = (step: string) => spans.some((span) => span.step === step)
      return steps.every(isThere) ? spans : undefined
    },
    { what: `${steps.join(', ')} of order ${orderId}`, deadlineMs: 60_000 },
  )

/** From its root to this step. */
const wayTo = (spans: readonly Span[], last: string): string[] => {
  const way: string[] = []
  let span = spans.find(({ step }) => step === last)
  while (span !== undefined) {
    way.unshift(span.step)
    const { parent } = span
    span = spans.find(({ id }) => id === parent)
  }
  return way
}

const ACCEPTED = [
  'order: POST /order-service/order/create',
  'order: send order',
  'billing: process order',
]
const DECIDED = [...ACCEPTED, 'billing: send bankTransaction', 'billing: process bankTransaction']
const REFUSED = [...ACCEPTED, 'billing: send rejectedOrderTransaction']
/** What nothing goes on from. */
const STORED = ['billing: process bankBalance', 'billing: process processedTransaction']
const told = (topic: string) => [`order: process ${topic}`, `notification: process ${topic}`]
const APPROVED = told('approvedOrderTransaction')
const REJECTED = told('rejectedOrderTransaction')

describe('an order is one trace', () => {
  test.each([
    ['that is paid', opened, 5, DECIDED, [...STORED, ...APPROVED]],
    ['that is not covered', opened, 6, DECIDED, [...STORED, ...REJECTED]],
    ['whose account is unknown', () => 'nobody', 1, REFUSED, REJECTED],
  ])('%s', async (_what, accountOf, amount, way, ends) => {
    const orderId = await ordered(await accountOf(), amount)
    const spans = await traceOf(orderId, [...way, ...ends])
    for (const end of ends) expect(wayTo(spans, end)).toEqual([...way, end])
    // Nothing else; twice is what may happen to a record.
    expect(new Set(spans.map(({ step }) => step))).toEqual(new Set([...way, ...ends]))
  })

  test('that goes on from the client’s, and can be found by it in the log', async () => {
    const trace = crypto.randomUUID().replaceAll('-', '')
    const traceparent = `00-${trace}-b7ad6b7169203331-01`
    const orderId = await ordered(await opened(), 5, { traceparent })
    await traceOf(orderId, APPROVED)
    expect(rootOf(orderId)).toMatchObject({ trace, parent: 'b7ad6b7169203331' })

    const lines = (await readFile(system.services.order.logFile, 'utf8')).split('\n')
    const story = lines.filter((line) => line.includes(trace)).map((line) => JSON.parse(line))
    expect(story).toMatchObject([
      { msg: 'order decided', orderId: Number(orderId), outcome: 'approved', traceId: trace },
    ])
  })
})

test.each([
  ['garbage', 'garbage'],
  ['nothing', ''],
  ['zeros', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['4 KB', 'a'.repeat(4_096)],
  ['a version that there is not', `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`],
])('a client that says %s begins a trace', async (_what, traceparent) => {
  const orderId = await ordered(await opened(), 5, { traceparent })
  const root = await until(() => rootOf(orderId), { what: 'the trace', deadlineMs: 60_000 })
  expect(root.parent).toBe('')
  expect(root.trace).toMatch(/^[0-9a-f]{32}$/)
  expect(root.trace).not.toBe('a'.repeat(32))
})

test('orders go on without a collector, and are traced again when it is back', async () => {
  await collector.stop()
  try {
    await orderWithoutCollector()
  } finally {
    collector.startAgain()
  }
  const orderId = await ordered(await opened(), 5)
  await traceOf(orderId, APPROVED)
})

const orderWithoutCollector = async (): Promise<void> => {
  const account = await opened()
  const ids = await Promise.all(Array.from({ length: 20 }, () => ordered(account, 0.25)))
  expect(new Set(ids).size).toBe(20)
  const lost = async () => {
    const response = await fetch(`${system.addresses.order.opsUrl}/metrics`)
    return /trace_spans_total\{result="lost"\} [1-9]/.test(await response.text())
  }
  await until(lost, { what: 'lost spans to be counted', deadlineMs: 60_000 })
  for (const name of ['order', 'billing', 'notification'] as const) {
    expect((await fetch(`${system.addresses[name].opsUrl}/ready`)).status).toBe(200)
  }
}
