import { afterEach, expect, spyOn, test } from 'bun:test'
import RequestQueue from 'kafkajs/src/network/requestQueue'

const nothing = () => {}
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

let opened: RequestQueue | undefined
afterEach(() => opened?.destroy())

const oneAtATime = () => {
  opened = new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1_000, logger })
  return opened
}

const request = (correlationId: number, sendRequest: () => void) => ({
  entry: { correlationId, resolve: nothing, reject: nothing },
  expectResponse: true,
  sendRequest,
})

const answer = (correlationId: number) => ({ correlationId, payload: Buffer.alloc(0), size: 0 })

test('a connection with nothing to send sets no timer', () => {
  const queue = oneAtATime()
  const timers = spyOn(globalThis, 'setTimeout')
  try {
    queue.push(request(1, nothing))
    queue.fulfillRequest(answer(1))

    expect(timers).not.toHaveBeenCalled()
  } finally {
    timers.mockRestore()
  }
})

test('a request beyond the limit goes out when one before it is answered', () => {
  const queue = oneAtATime()
  const sent: number[] = []
  for (const id of [1, 2]) queue.push(request(id, () => sent.push(id)))
  expect(sent).toEqual([1])

  queue.fulfillRequest(answer(1))

  expect(sent).toEqual([1, 2])
})

test('a throttled connection sends when the broker lets it', async () => {
  const queue = oneAtATime()
  const throttledAt = Date.now()
  queue.maybeThrottle(50)

  const sentAt = await new Promise<number>((resolve) => {
    queue.push(request(1, () => resolve(Date.now())))
  })

  expect(sentAt - throttledAt).toBeGreaterThanOrEqual(49)
})
