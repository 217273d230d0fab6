import { connect, createServer, type Socket } from 'node:net'
import type { Conditions } from './conditions.ts'
import { type Inspect, openPipe } from './pipe.ts'

export type Inspectors = {
  fromClient: Inspect
  fromServer: Inspect
  /** The connection is over, however. */
  ended: () => void
}

/** What an inspector may do to its connection beyond passing bytes on. */
export type Link = {
  /**
   * Cuts the client off at once, and shows these bytes to the server all the same, but later.
   * Nothing that is done to connections in between keeps them from it.
   */
  deliverLate: (bytes: Uint8Array, lateMs: number) => void
}

export type TcpProxyOptions = {
  /** A free one when left out. */
  port?: number | undefined
  /** On 127.0.0.1. */
  upstreamPort: number
  conditions: Conditions
  inspect: (link: Link) => Inspectors
}

export type TcpProxy = {
  port: number
  cutAll: () => number
  connections: () => number
  close: () => Promise<void>
}

/** How long the server may take to answer what was delivered late. */
const LATE_ANSWER_MS = 5_000

/** Passes connections on to a server, each watched by inspectors of its own. */
export const startTcpProxy = async (options: TcpProxyOptions): Promise<TcpProxy> => {
  const cuts = new Set<() => void>()
  /** Of those that have lost their client and will still deliver something. */
  const late = new Set<() => void>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const cut = openConnection(client, options, {
      onLate() {
        cuts.delete(cut)
        late.add(cut)
      },
      onEnded() {
        cuts.delete(cut)
        late.delete(cut)
      },
    })
    cuts.add(cut)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port ?? 0, host: '127.0.0.1', exclusive: true }, () => resolve())
  })
  const address = server.address()
  const cutAll = (): number => {
    const open = [...cuts]
    for (const cut of open) cut()
    return open.length
  }
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAll,
    connections: () => cuts.size,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      cutAll()
      for (const cut of late) cut()
      await closed
    },
  }
}

/** Returns how to cut it. */
const openConnection = (
  client: Socket,
  { upstreamPort, conditions, inspect }: TcpProxyOptions,
  { onLate, onEnded }: { onLate: () => void; onEnded: () => void },
): (() => void) => {
  const upstream = connect({
    port: upstreamPort,
    host: '127.0.0.1',
    allowHalfOpen: true,
    noDelay: true,
  })
  const over = new AbortController()
  const clientOver = new AbortController()
  const end = (): void => {
    if (over.signal.aborted) return
    over.abort()
    clientOver.abort()
    client.destroy()
    upstream.destroy()
    inspectors.ended()
    onEnded()
  }
  const inspectors = inspect({
    deliverLate(bytes, lateMs) {
      // Whatever else it sent is lost with it, and its end is not the end of the server's side.
      clientOver.abort()
      client.destroy()
      onLate()
      setTimeout(() => {
        if (over.signal.aborted) return
        upstream.write(bytes)
        setTimeout(end, LATE_ANSWER_MS).unref()
      }, lateMs)
    },
  })
  const common = { conditions, cut: end }
  openPipe({
    ...common,
    from: client,
    to: upstream,
    inspect: inspectors.fromClient,
    signal: clientOver.signal,
  })
  openPipe({
    ...common,
    from: upstream,
    to: client,
    inspect: inspectors.fromServer,
    signal: over.signal,
  })
  return end
}
