import { afterAll, describe, expect, test } from 'bun:test'
import { type Gateway, startGateway } from './gateway.ts'
import { freePort } from './ports.ts'

/** A service that tells what reached it. */
const service = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  async fetch(request) {
    const path = new URL(request.url).pathname
    if (path.endsWith('/slow')) await new Promise(() => {})
    if (path.endsWith('/stream')) return new Response(ticks())
    if (path.endsWith('/away')) return Response.redirect('/elsewhere', 302)
    if (path.endsWith('/empty')) return new Response(null, { status: 204 })
    return Response.json(
      {
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      },
      { status: 418, headers: { 'x-own': 'yes', 'set-cookie': 'a=1' } },
    )
  },
})

/** Sends a second word only when the first was read. */
const ticks = () => {
  const words = ['one', 'two']
  return new ReadableStream({
    pull(controller) {
      const word = words.shift()
      if (word === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(word))
    },
  })
}

const start = async (deadlineMs = 5_000): Promise<{ gateway: Gateway; url: string }> => {
  const gateway = startGateway({
    port: await freePort(),
    deadlineMs,
    routes: [
      { prefix: '/a-service', origin: `http://127.0.0.1:${service.port}` },
      { prefix: '/gone-service', origin: `http://127.0.0.1:${await freePort()}` },
    ],
    links: [{ name: 'the docs', url: 'http://localhost/a-service/docs' }],
  })
  gateways.push(gateway)
  return { gateway, url: `http://127.0.0.1:${gateway.port}` }
}

const gateways: Gateway[] = []
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop()
  await service.stop(true)
})

const { url } = await start()

describe('a request reaches its service as it was sent', () => {
  test('method, path, query, headers and body; and the answer comes back', async () => {
    const response = await fetch(`${url}/a-service/x%zz/y?q=%20a&q=b`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'x-request-id': 'r1' },
      body: '{"amount":1.10}',
    })
    expect(response.status).toBe(418)
    expect(response.headers.get('x-own')).toBe('yes')
    expect(response.headers.get('set-cookie')).toBe('a=1')
    expect(await response.json()).toMatchObject({
      method: 'PATCH',
      body: '{"amount":1.10}',
      url: `${url}/a-service/x%zz/y?q=%20a&q=b`,
      headers: {
        host: new URL(url).host,
        'content-type': 'application/json',
        'content-length': '15',
        'x-request-id': 'r1',
      },
    })
  })
  test('a body of a megabyte', async () => {
    const body = 'x'.repeat(1_000_000)
    const response = await fetch(`${url}/a-service/x`, { method: 'POST', body })
    expect(await response.json()).toMatchObject({ body })
  })
  test('a redirect is handed on, not followed', async () => {
    const response = await fetch(`${url}/a-service/away`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/elsewhere'])
  })
  test('an answer without a body', async () => {
    const response = await fetch(`${url}/a-service/empty`)
    expect([response.status, await response.text()]).toEqual([204, ''])
  })
  test('a stream', async () => {
    expect(await (await fetch(`${url}/a-service/stream`)).text()).toBe('onetwo')
  })
  test('on IPv6 too, because localhost may mean that', async () => {
    const response = await fetch(url.replace('127.0.0.1', 'localhost'))
    expect(response.status).toBe(200)
  })
})

describe('what the gateway says itself', () => {
  test.each([
    ['/', 200, undefined],
    ['/other', 404, 'not_found'],
    ['/a-services', 404, 'not_found'],
    ['/gone-service/x', 503, 'service_unavailable'],
  ] as const)('%s: %i', async (path, status, code) => {
    const response = await fetch(`${url}${path}`, { headers: { 'accept-language': 'en' } })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject(code === undefined ? {} : { code })
  })
  test('a service that does not begin to answer: 504', async () => {
    const hasty = await start(100)
    const response = await fetch(`${hasty.url}/a-service/slow`)
    expect(response.status).toBe(504)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })
  test('a page with links for browsers', async () => {
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('href="http://localhost/a-service/docs"')
  })
  test('a taken port is an error', () => {
    expect(() => startGateway({ port: gateways[0]?.port ?? 0, routes: [], links: [] })).toThrow(
      /in use/,
    )
  })
})
