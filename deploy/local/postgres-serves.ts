import { withDeadline } from '../../shared/wait.ts'

const DEADLINE_MS = 2_000

/**
 * Whether a Postgres server serves at `host:port`, asked without a password: every server answers
 * an SSLRequest (PostgreSQL documentation, 54.7) with one letter, before it wants to know anything.
 */
export const postgresServes = async (address: string): Promise<true | string> => {
  const { hostname, port } = new URL(`postgres://${address}`)
  const { promise, resolve } = Promise.withResolvers<true | string>()
  const socket = Bun.connect({
    hostname,
    port: Number(port || 5432),
    socket: {
      open: (opened) => void opened.write(SSL_REQUEST),
      data: (_opened, bytes) => resolve(/^[SN]/.test(bytes.toString()) || 'it is no Postgres'),
      close: () => resolve('it closes the connection'),
      error: (_opened, error) => resolve(error.message),
    },
  })
  try {
    return await withDeadline(
      socket.then(() => promise),
      DEADLINE_MS,
      'an answer',
    )
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    void socket.then((opened) => opened.end()).catch(() => undefined)
  }
}

/** Its length, 8, and the code of the request. */
const SSL_REQUEST = new Uint8Array([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
