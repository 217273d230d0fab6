import { describe, expect, test } from 'bun:test'
import { openLog } from '../log.ts'
import { listen, PortTakenError } from './serve.ts'

const log = openLog('serve', 'silent')
const stopping = new AbortController().signal

/** An app whose only answer comes when the test says so. */
const start = async (drainMs: number) => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Response>()
  const listening = Promise.withResolvers<URL>()
  const app = {
    fetch: () => {
      asked.resolve()
      return answer.promise
    },
  }
  const options = { host: '127.0.0.1', port: 0, log, drainMs, onListening: listening.resolve }
  const stop = await listen(app, options).start(stopping)
  return { url: await listening.promise, asked: asked.promise, answer, stop }
}

describe('stopping', () => {
  test('asks clients to connect anew as soon as it is announced', async () => {
    let isStopping = false
    const listening = Promise.withResolvers<URL>()
    const app = { fetch: () => new Response('here') }
    const stop = await listen(app, {
      host: '127.0.0.1',
      port: 0,
      log,
      isStopping: () => isStopping,
      onListening: listening.resolve,
    }).start(stopping)
    const url = await listening.promise
    expect((await fetch(url)).headers.get('connection')).not.toBe('close')
    isStopping = true
    expect((await fetch(url)).headers.get('connection')).toBe('close')
    await stop()
  })

  test('waits for the request that is being answered, and takes no new one', async () => {
    const { url, asked, answer, stop } = await start(5_000)
    const first = fetch(url)
    await asked
    const stopped = stop()
    expect(await fetch(url).then(String, () => 'refused')).toBe('refused')
    answer.resolve(new Response('done'))
    expect(await (await first).text()).toBe('done')
    await stopped
  })

  test('cuts off the request that takes too long', async () => {
    const { url, asked, stop } = await start(50)
    const first = fetch(url).then(String, () => 'cut off')
    await asked
    await stop()
    expect(await first).toBe('cut off')
  })
})

test('a port that is taken is named', async () => {
  const { url, stop } = await start(50)
  const again = listen(
    { fetch: () => new Response() },
    { host: '127.0.0.1', port: Number(url.port), log },
  )
  const failure = await again.start(stopping).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(PortTakenError)
  expect(String(failure)).toContain(`port ${url.port} of 127.0.0.1 is taken`)
  await stop()
})
