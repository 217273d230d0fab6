import { connect, createServer, type Server, type Socket } from 'node:net'
import { databaseUrl } from '../support/postgres.ts'

type Local = { url: string; close: () => void }

type Manners = {
  /** Hangs up with its last reply; otherwise when it is asked for one more. */
  atOnce?: boolean
}

/** No Postgres: answers each message with the next of these, and hangs up when it has none left. */
export const hangingUp = async (
  replies: Buffer[] = [],
  { atOnce = false }: Manners = {},
): Promise<Local & { calls: () => number }> => {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    const left = [...replies]
    socket.on('error', () => {})
    socket.on('data', () => {
      const reply = left.shift()
      if (reply !== undefined) socket.write(reply)
      if (reply === undefined || (atOnce && left.length === 0)) socket.end()
    })
  })
  const url = `postgres://user@127.0.0.1:${await listening(server)}/any`
  return { url, close: () => server.close(), calls: () => count }
}

/** Between a client and Postgres, so that the client's end can be torn. */
export const tearable = async (): Promise<Local & { tear: () => void }> => {
  const url = new URL(await databaseUrl())
  const upstreamPort = Number(url.port)
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const upstream = connect(upstreamPort, url.hostname)
    socket.pipe(upstream).pipe(socket)
    for (const side of [socket, upstream]) side.on('error', () => {})
    socket.on('close', () => upstream.destroy())
  })
  const through = new URL(url)
  through.port = String(await listening(server))
  const tear = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return { url: through.href, close: () => server.close(), tear }
}

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
