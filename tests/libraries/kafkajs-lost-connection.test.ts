import { expect, test } from 'bun:test'
import { EventEmitter } from 'node:events'
import Connection from 'kafkajs/src/network/connection'

/** A socket that says what the test says. */
class FakeSocket extends EventEmitter {
  end = () => this
  unref = () => this
  write = () => true
}

const nothing = () => {}
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const logger = { ...log, namespace: () => log }

const scene = () => {
  const sockets: FakeSocket[] = []
  const connection = new Connection({
    host: 'broker',
    port: 9092,
    logger,
    requestTimeout: 1_000,
    connectionTimeout: 1_000,
    socketFactory: ({ onConnect }: { onConnect: () => void }) => {
      const socket = new FakeSocket()
      sockets.push(socket)
      queueMicrotask(onConnect)
      return socket
    },
  })
  const answered: number[] = []
  connection.requestQueue.fulfillRequest = ({ correlationId }) => void answered.push(correlationId)
  /** Connects, and answers with the socket of that. */
  const connect = async (): Promise<FakeSocket> => {
    await connection.connect()
    const socket = sockets.at(-1)
    if (socket === undefined) throw new Error('no socket was asked for')
    return socket
  }
  return { connection, connect, answered }
}

const frame = (correlationId: number, bodyBytes: number): Buffer => {
  const bytes = Buffer.alloc(8 + bodyBytes)
  bytes.writeInt32BE(4 + bodyBytes, 0)
  bytes.writeInt32BE(correlationId, 4)
  return bytes
}

test.each([
  ['its length', 3],
  ['its body', 100],
])(
  'an answer of which the connection brought only a part, ended in %s, is forgotten with it',
  async (_where, bytes) => {
    const { connection, connect, answered } = scene()
    const first = await connect()
    first.emit('data', frame(1, 1_000).subarray(0, bytes))
    first.emit('end')
    await connection.disconnect()

    const second = await connect()
    second.emit('data', frame(2, 10))
    second.emit('data', frame(3, 10))

    expect(answered).toEqual([2, 3])
  },
)

test('what the socket before still says is no part of the next one’s answers', async () => {
  const { connection, connect, answered } = scene()
  const first = await connect()
  // kafkajs only ends its own side, so the broker may still have something to say.
  await connection.disconnect()
  const second = await connect()
  second.emit('data', frame(2, 10).subarray(0, 9))
  first.emit('data', frame(1, 10))
  second.emit('data', frame(2, 10).subarray(9))

  expect(answered).toEqual([1, 2])
})
