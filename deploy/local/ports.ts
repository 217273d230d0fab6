import { createServer } from 'node:net'

/**
 * Whether a server could listen on this port now. A host that the machine does not have counts
 * as free. Rejects when listening is not allowed at all, e.g. below 1024 for ordinary users.
 */
export const isFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') reject(new Error(`port ${port} may not be used by this user`))
      else resolve(error.code !== 'EADDRINUSE')
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })

/**
 * A free port from below the range that the system hands to outgoing connections: a port from
 * inside it can be taken by a client between this look and the start of a slow server. None is
 * handed out twice: whoever got it may not listen yet.
 */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
  throw new Error('no free port found between 20000 and 32000')
}

const given = new Set<number>()

/** The preferred port if it is free, else another one. */
export const freePortNear = async (preferred: number): Promise<number> =>
  (await isFree(preferred)) ? preferred : freePort()
