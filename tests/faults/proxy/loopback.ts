import { connect, createServer, type Socket } from 'node:net'

/** For tests of the proxies: a server and clients of it, on this machine and in this process. */
export type Server = { port: number; sockets: Socket[]; close: () => Promise<void> }

/** `onBytes` gets whatever comes; an `echo` sends it back. */
export const serve = async (onBytes: (bytes: Buffer, socket: Socket) => void): Promise<Server> => {
  const sockets: Socket[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket)
    socket.on('data', (bytes: Buffer) => onBytes(bytes, socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1' }, () => resolve())
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    sockets,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

export const echo = (bytes: Buffer, socket: Socket): void => void socket.write(bytes)

export type Client = {
  socket: Socket
  /** All that came so far. */
  received: () => Buffer
  /** The sizes of the chunks in which it came. */
  chunks: () => number[]
  isClosed: () => boolean
}

export const call = async (port: number): Promise<Client> => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const chunks: Buffer[] = []
  let closed = false
  socket.on('data', (bytes: Buffer) => chunks.push(bytes))
  socket.on('close', () => {
    closed = true
  })
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return {
    socket,
    received: () => Buffer.concat(chunks),
    chunks: () => chunks.map(({ length }) => length),
    isClosed: () => closed,
  }
}
