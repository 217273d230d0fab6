import type { Server } from 'bun'
import type { Part, Stop } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import { pause } from '../wait.ts'
import { BODY_BYTES_MAX } from './body.ts'

export type ListenOptions = {
  /** What to call it in the log: `http` unless there are two. */
  name?: string
  host: string
  /** 0 picks a free one; the log line tells which. */
  port: number
  log: Log
  /** Whether this process is about to go: answers then ask the client to connect anew. */
  isStopping?: () => boolean
  /** How long a stop waits for requests that are being answered. */
  drainMs?: number
  /** Learns the address, e.g. in a test that listens on port 0. */
  onListening?: (url: URL) => void
}

/**
 * Serves an app on a port until it is stopped. Stopping takes no new connection, lets the
 * requests that are being answered finish for up to `drainMs`, and then closes every connection.
 */
export const listen = (
  app: App,
  { name = 'http', host, port, log, isStopping, drainMs = 5_000, onListening }: ListenOptions,
): Part => ({
  name,
  start: async () => {
    const server = open(isStopping ? farewell(app, isStopping) : app, host, port, log)
    log.info({ url: server.url.href }, `${name} is listening`)
    onListening?.(server.url)
    return drain(server, drainMs)
  },
})

/**
 * A load balancer keeps idle connections and may send a request into one that is just being
 * closed. Closing each with the answer that it carries (RFC 9112, 9.6) leaves none of them.
 */
const farewell = (app: App, isStopping: () => boolean): App => ({
  fetch: async (request) => {
    const response = await app.fetch(request)
    if (isStopping()) response.headers.set('connection', 'close')
    return response
  },
})

type App = { fetch: (request: Request) => Response | Promise<Response> }

const open = (app: App, hostname: string, port: number, log: Log): Server<undefined> => {
  try {
    return Bun.serve({
      hostname,
      port,
      // Two processes on one port would share its requests; a taken port has to be an error.
      reusePort: false,
      // Seconds. A client that stops in the middle of a request is cut off.
      idleTimeout: 10,
      // Bun cuts off what is larger with a bare 413, so it is set above what the edge answers.
      maxRequestBodySize: 4 * BODY_BYTES_MAX,
      development: false,
      fetch: (request) => app.fetch(request),
      error: (error) => {
        log.error({ error }, 'the edge itself failed')
        return new Response(null, { status: 500 })
      },
    })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    throw new PortTakenError(hostname, port)
  }
}

/** `stop()` waits for the requests that are being answered; `stop(true)` cuts them off. */
const drain =
  (server: Server<undefined>, drainMs: number): Stop =>
  async () => {
    const late = new AbortController()
    await Promise.race([server.stop(), pause(drainMs, late.signal)])
    late.abort()
    await server.stop(true)
  }

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  constructor(host: string, port: number) {
    super(`port ${port} of ${host} is taken by another process`)
  }
}
