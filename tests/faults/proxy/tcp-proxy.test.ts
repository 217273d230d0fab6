import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { pause } from '../../../shared/wait.ts'
import { until } from '../../support/until.ts'
import { openConditions } from './conditions.ts'
import { call, echo, type Server, serve } from './loopback.ts'
import { openLosses } from './losses.ts'
import { withNetwork } from './network.ts'
import { startTcpProxy } from './tcp-proxy.ts'
import type { Proxy } from './types.ts'

const passOn = (bytes: Buffer) => ({ bytes: [bytes] })

let server: Server
let proxy: Proxy<never, never, never>
const proxyTo = async (upstreamPort: number) => {
  const conditions = openConditions(() => 0.5)
  const inspect = () => ({ fromClient: passOn, fromServer: passOn, ended: () => {} })
  const tcp = await startTcpProxy({ upstreamPort, conditions, inspect })
  return withNetwork<never, never, never>(
    tcp,
    conditions,
    openLosses(() => false),
  )
}
beforeEach(async () => {
  server = await serve(echo)
  proxy = await proxyTo(server.port)
})
afterEach(async () => {
  await proxy.close()
  await server.close()
})

const NOTHING = { cut: 0, delay: 0, blackhole: 0, slice: 0 }

describe('a proxy passes on', () => {
  test('every byte in order, more than it holds, to readers of any speed', async () => {
    const sent = randomBytes(8 * 1024 * 1024)
    const client = await call(proxy.port)
    client.socket.pause()
    client.socket.write(sent)
    await pause(200)
    client.socket.resume()
    await until(() => client.received().length === sent.length, { what: 'the echo' })
    expect(client.received().equals(sent)).toBe(true)
    expect(proxy.counts()).toEqual(NOTHING)
  })

  test('the end of either side, and forgets the connection', async () => {
    const leaving = await call(proxy.port)
    leaving.socket.end('last words')
    await until(() => leaving.isClosed(), { what: 'the client to be done' })
    expect(leaving.received().toString()).toBe('last words')

    const left = await call(proxy.port)
    await until(() => server.sockets.length === 2, { what: 'the second connection' })
    server.sockets[1]?.destroy()
    await until(() => left.isClosed(), { what: 'the client to hear of it' })
    await until(() => proxy.connections() === 0, { what: 'the connections to be forgotten' })
  })

  test('that nobody is there', async () => {
    await server.close()
    const client = await call(proxy.port)
    await until(() => client.isClosed(), { what: 'the client to be refused' })
  })
})

describe('a fault', () => {
  test('cut: ends every connection, on both sides', async () => {
    const clients = [await call(proxy.port), await call(proxy.port)]
    await until(() => server.sockets.length === 2, { what: 'both connections' })
    expect(proxy.cutAll()).toBe(2)
    await until(() => clients.every(({ isClosed }) => isClosed()), { what: 'the clients to know' })
    await until(() => server.sockets.every(({ closed }) => closed), { what: 'the server to know' })
    expect(proxy.counts()).toEqual({ ...NOTHING, cut: 2 })
    expect(proxy.cutAll()).toBe(0)
  })

  test('delay: both ways take so long, for as long as it lasts', async () => {
    proxy.delay(100, 0, 60_000)
    const client = await call(proxy.port)
    expect(await roundTripMs(client)).toBeGreaterThanOrEqual(190)
    proxy.heal()
    expect(await roundTripMs(client)).toBeLessThan(90)
    expect(proxy.counts()).toEqual({ ...NOTHING, delay: 1 })
  })

  test('black hole: nothing passes and nobody is told, until all is delivered', async () => {
    const before = await call(proxy.port)
    await roundTripMs(before)
    proxy.blackhole(400)
    before.socket.write('held')
    const during = await call(proxy.port)
    during.socket.write('as well')
    server.sockets[0]?.end('bye')
    await pause(250)
    expect([before.received().toString(), before.isClosed()]).toEqual(['ping', false])
    expect([during.received().length, during.isClosed()]).toEqual([0, false])
    await until(() => before.received().toString() === 'pingbye', { what: 'what was held' })
    await until(() => during.received().toString() === 'as well', { what: 'the later one' })
    expect(proxy.counts()).toEqual({ ...NOTHING, blackhole: 1 })
  })

  test('black hole that forgets: at its end the connections are gone', async () => {
    const client = await call(proxy.port)
    await roundTripMs(client)
    proxy.blackhole(200, 'cut')
    client.socket.write('lost')
    await until(() => client.isClosed(), { what: 'the client to be cut off' })
    expect(client.received().toString()).toBe('ping')
  })

  test('black hole that is healed early ends at once', async () => {
    proxy.blackhole(60_000)
    const client = await call(proxy.port)
    client.socket.write('ping')
    await until(() => proxy.counts()['blackhole'] === 1, { what: 'the hole to be met' })
    proxy.heal()
    await until(() => client.received().toString() === 'ping', { what: 'the echo' })
  })

  test('slices: in small pieces, none of them lost', async () => {
    const pieces: number[] = []
    const watching = await serve((bytes) => pieces.push(bytes.length))
    const slicing = await proxyTo(watching.port)
    const client = await call(slicing.port)
    await until(() => watching.sockets.length === 1, { what: 'the connection' })
    slicing.slice(3, 60_000)
    client.socket.write('0123456789')
    await until(() => pieces.reduce((sum, size) => sum + size, 0) === 10, { what: 'the bytes' })
    expect(pieces).toEqual([3, 3, 3, 1])
    expect(slicing.counts()).toEqual({ ...NOTHING, slice: 1 })
    await slicing.close()
    await watching.close()
  })

  test('that meets no traffic is not counted', async () => {
    proxy.delay(10, 0, 1)
    proxy.slice(1, 1)
    proxy.blackhole(20, 'cut')
    await pause(60)
    await roundTripMs(await call(proxy.port))
    expect(proxy.counts()).toEqual(NOTHING)
  })
})

const roundTripMs = async (client: Awaited<ReturnType<typeof call>>): Promise<number> => {
  const length = client.received().length
  const startedAt = performance.now()
  client.socket.write('ping')
  await until(() => client.received().length === length + 4, { what: 'the echo' })
  return performance.now() - startedAt
}
