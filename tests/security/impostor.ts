import { createServer } from 'node:tls'
import type { Certificate } from '../../deploy/certificates.ts'

/**
 * A server that speaks TLS and nothing else, with whatever certificate it could get. Keeps what
 * clients send it once they trust it: a password, if they are careless.
 */
export const impostor = async ({ certificate, key }: Certificate) => {
  const heard: Buffer[] = []
  const server = createServer({ cert: certificate, key }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => heard.push(Buffer.from(bytes)))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    address: `127.0.0.1:${address.port}`,
    heard: () => Buffer.concat(heard).toString('latin1'),
    close: () => server.close(),
  }
}
