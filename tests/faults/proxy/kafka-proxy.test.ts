import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { until } from '../../support/until.ts'
import { answeredId, frameSize, readRequest } from './kafka-frames.ts'
import { startKafkaProxy } from './kafka-proxy.ts'
import { type Client, call, type Server, serve } from './loopback.ts'
import { splitter } from './messages.ts'
import type { KafkaProxy } from './types.ts'

/** A broker that answers every request, with the error code that it is told. */
let seen: ReturnType<typeof readRequest>[]
let errorCode: number
const HANGS_UP = -1
let server: Server
let proxy: KafkaProxy
beforeEach(async () => {
  seen = []
  errorCode = 0
  const frames = splitter(frameSize, readRequest)
  server = await serve((bytes, socket) => {
    for (const request of frames(bytes)) {
      seen.push(request)
      if (errorCode === HANGS_UP) socket.destroy()
      else socket.write(frame(int32(request.correlationId), int32(0), int16(errorCode)))
    }
  })
  proxy = await startKafkaProxy({ upstreamPort: server.port })
})
afterEach(async () => {
  await proxy.close()
  await server.close()
})

const int16 = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const text = (value: string) => Buffer.concat([int16(value.length), Buffer.from(value)])
const compact = (value: string) => Buffer.from([value.length + 1, ...Buffer.from(value)])
const frame = (...parts: Buffer[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([int32(body.length), body])
}
const head = (key: number, version: number, id: number) => [
  int16(key),
  int16(version),
  int32(id),
  text('client'),
]
const PRODUCER = Buffer.alloc(10)
const endTxn = (id: number, commit = true, transactionalId = 'ledger-1') =>
  frame(...head(26, 1, id), text(transactionalId), PRODUCER, Buffer.from([commit ? 1 : 0]))
const heartbeat = (id: number) => frame(...head(12, 1, id), text('group'))

const answers = ({ received }: Client): number[] => splitter(frameSize, answeredId)(received())

describe('a request is read', () => {
  const common = { clientId: 'client', transactionalId: undefined, groupId: undefined }
  test.each([
    [endTxn(7), { api: 'EndTxn', version: 1, transactionalId: 'ledger-1', commit: true }],
    [endTxn(7, false), { api: 'EndTxn', version: 1, transactionalId: 'ledger-1', commit: false }],
    [
      // The newer way of writing, with one tagged field of three bytes in the head.
      frame(
        ...head(26, 5, 7),
        Buffer.from([1, 0, 3, 9, 9, 9]),
        compact('ledger-1'),
        PRODUCER,
        Buffer.from([1, 0]),
      ),
      { api: 'EndTxn', version: 5, transactionalId: 'ledger-1', commit: true },
    ],
    [
      frame(...head(28, 1, 7), text('ledger-1'), text('group')),
      { api: 'TxnOffsetCommit', version: 1, transactionalId: 'ledger-1', groupId: 'group' },
    ],
    [frame(...head(0, 3, 7), int16(-1)), { api: 'Produce', version: 3 }],
    [
      frame(...head(0, 3, 7), text('ledger-1')),
      { api: 'Produce', version: 3, transactionalId: 'ledger-1' },
    ],
    [heartbeat(7), { api: 'Heartbeat', version: 1, groupId: 'group' }],
    [frame(...head(3, 6, 7)), { api: 'Metadata', version: 6 }],
  ])('%#', (bytes, expected) => {
    expect(readRequest(bytes)).toMatchObject({
      correlationId: 7,
      call: { ...common, commit: undefined, ...expected },
    })
  })
  test('that nobody asks about', () => {
    expect(readRequest(frame(...head(18, 3, 7)))).toEqual({ correlationId: 7, call: undefined })
  })
})

describe('a lost call', () => {
  test('whose request is lost never reaches the broker; what came before it does', async () => {
    proxy.loseReply('EndTxn', 1, 'request')
    const client = await call(proxy.port)
    client.socket.write(Buffer.concat([heartbeat(1), endTxn(2), heartbeat(3)]))
    await until(() => client.isClosed(), { what: 'the cut' })
    await until(() => seen.length === 1, { what: 'the heartbeat' })
    expect(seen[0]?.correlationId).toBe(1)
    expect(proxy.losses()).toMatchObject([
      { way: 'request', outcome: 'unseen', call: { transactionalId: 'ledger-1', commit: true } },
    ])
  })

  test('whose reply is lost was carried out', async () => {
    proxy.loseReply('EndTxn', 1, 'reply')
    const client = await call(proxy.port)
    client.socket.write(Buffer.concat([heartbeat(1), endTxn(2)]))
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(seen.map(({ correlationId }) => correlationId)).toEqual([1, 2])
    expect(answers(client)).toEqual([1])
    expect(proxy.losses()).toMatchObject([{ way: 'reply', outcome: 'done' }])
  })

  test('that the broker refused is told apart', async () => {
    errorCode = 47
    proxy.loseReply('EndTxn', 1, 'reply')
    const client = await call(proxy.port)
    client.socket.write(endTxn(1))
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(proxy.losses()).toMatchObject([{ outcome: 'refused' }])
  })

  test('that is late reaches the broker when its client is long gone', async () => {
    proxy.loseReply('EndTxn', 1, 'late', { lateMs: 200 })
    const client = await call(proxy.port)
    client.socket.write(Buffer.concat([endTxn(1), heartbeat(2)]))
    await until(() => client.isClosed(), { what: 'the cut' })
    expect([seen.length, proxy.cutAll()]).toEqual([0, 0])
    await until(() => seen.length === 1, { what: 'the late request' })
    await until(() => proxy.losses().length === 1, { what: 'its answer' })
    expect(proxy.losses()).toMatchObject([{ way: 'late', outcome: 'done' }])
    await until(() => proxy.connections() === 0, { what: 'the connection to be forgotten' })
    expect(seen.length).toBe(1)
  })

  test('is the one that was meant: by name, by kind, after others', async () => {
    proxy.loseReply('EndTxn', 1, 'reply', { after: 1, only: (made) => made.commit === true })
    const client = await call(proxy.port)
    const messages = [heartbeat(1), endTxn(2, false), endTxn(3), endTxn(4, false), endTxn(5)]
    client.socket.write(Buffer.concat(messages))
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(answers(client)).toEqual([1, 2, 3, 4])
  })

  test('is one of as many as were asked for, and then no more', async () => {
    proxy.loseReply('EndTxn', 2, 'reply')
    for (const isLast of [false, false, true]) {
      const client = await call(proxy.port)
      client.socket.write(endTxn(1))
      await until(() => (isLast ? answers(client).length === 1 : client.isClosed()), {
        what: 'the cut, or the answer',
      })
    }
    expect(proxy.counts()).toMatchObject({ 'EndTxn.reply': 2, cut: 0 })
  })

  test('is not lost after healing', async () => {
    proxy.loseReply('EndTxn', 1, 'reply')
    proxy.heal()
    const client = await call(proxy.port)
    client.socket.write(endTxn(1))
    await until(() => answers(client).length === 1, { what: 'the answer' })
    expect(proxy.losses()).toEqual([])
  })

  test('without an answer is not counted; the next one is lost in its place', async () => {
    errorCode = HANGS_UP
    proxy.loseReply('EndTxn', 1, 'reply')
    const early = await call(proxy.port)
    early.socket.write(endTxn(1))
    await until(() => early.isClosed(), { what: 'the broker to hang up' })
    expect(proxy.losses()).toEqual([])
    errorCode = 0
    const next = await call(proxy.port)
    next.socket.write(endTxn(2))
    await until(() => next.isClosed(), { what: 'the cut' })
    expect(proxy.counts()).toMatchObject({ 'EndTxn.reply': 1 })
  })

  test('is found however the stream is cut', async () => {
    proxy.slice(1, 60_000)
    proxy.loseReply('EndTxn', 1, 'reply')
    const client = await call(proxy.port)
    for (const byte of Buffer.concat([heartbeat(1), endTxn(2)])) {
      client.socket.write(Buffer.from([byte]))
    }
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(answers(client)).toEqual([1])
    expect(proxy.counts()).toMatchObject({ 'EndTxn.reply': 1, slice: 1 })
  })
})
