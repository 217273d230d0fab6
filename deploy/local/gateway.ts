import type { Server } from 'bun'
import { refusals } from '../../shared/http/problem.ts'
import { problemResponse } from '../../shared/http/problem-document.ts'
import { givenRequestId } from '../../shared/http/request-id.ts'
import { frontPage, type Link } from './front-page.ts'

/** A path prefix, such as `/order-service`, and the origin that serves it. */
export type Route = { prefix: string; origin: string }

export type GatewayOptions = {
  port: number
  routes: readonly Route[]
  /** What `GET /` lists. */
  links: readonly Link[]
  /** How long a service may take until its first byte. */
  deadlineMs?: number
}

export type Gateway = { port: number; stop: () => Promise<void> }

const DRAIN_MS = 1_000

/**
 * One address for all services on this machine: hands a request to the service that owns its
 * path, and the answer back, both as they are and in a stream. Loopback only, IPv4 and IPv6,
 * because `localhost` may mean either. Throws with code EADDRINUSE when the port is taken.
 */
export const startGateway = (options: GatewayOptions): Gateway => {
  const first = serve(options, '127.0.0.1', options.port)
  const port = first.port ?? options.port
  const servers = [first, ...serveIPv6(options, port, first)]
  return {
    port,
    async stop() {
      await Promise.race([Promise.all(servers.map((server) => server.stop())), Bun.sleep(DRAIN_MS)])
      await Promise.all(servers.map((server) => server.stop(true)))
    },
  }
}

const serve = (options: GatewayOptions, hostname: string, port: number): Server<undefined> =>
  Bun.serve({
    hostname,
    port,
    // Two processes on one port would share its requests; a taken port has to be an error.
    reusePort: false,
    development: false,
    // A stream may be silent for long; its service knows when to give up.
    idleTimeout: 0,
    fetch: (request) => answer(request, options),
  })

/** A machine without IPv6 does without it; a port that is taken there is taken. */
const serveIPv6 = (
  options: GatewayOptions,
  port: number,
  first: Server<undefined>,
): Server<undefined>[] => {
  try {
    return [serve(options, '::1', port)]
  } catch (error) {
    if (!isPortTaken(error)) return []
    void first.stop(true)
    throw error
  }
}

export const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

const answer = async (request: Request, options: GatewayOptions): Promise<Response> => {
  // Without a proper host header there is no URL, only a path.
  const start = request.url.startsWith('http') ? request.url.indexOf('/', ORIGIN_LENGTH_MIN) : 0
  const target = request.url.slice(start)
  const path = target.split(/[?#]/, 1)[0] ?? ''
  if (path === '/') return frontPage(request.headers, options.links)
  const route = options.routes.find(
    ({ prefix }) => path === prefix || path.startsWith(`${prefix}/`),
  )
  if (route === undefined) return problem('not_found', request)
  // `fetch` would drop a fragment, and the service would not see what was asked for.
  const url = `${route.origin}${target.replace('#', '%23')}`
  return forward(url, request, options.deadlineMs ?? 30_000)
}

const ORIGIN_LENGTH_MIN = 'https://'.length

/** The deadline covers the time until the answer begins; from there on it may take for ever. */
const forward = async (url: string, request: Request, deadlineMs: number): Promise<Response> => {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), deadlineMs)
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: endToEnd(request.headers),
      body: request.body,
      redirect: 'manual',
      decompress: false,
      signal: AbortSignal.any([late.signal, request.signal]),
    })
    return new Response(response.body, {
      status: response.status,
      statusText: response.statusText,
      headers: endToEnd(response.headers),
    })
  } catch (error) {
    if (late.signal.aborted) return problem('gateway_timeout', request)
    return problem(wasRefused(error) ? 'service_unavailable' : 'bad_gateway', request)
  } finally {
    clearTimeout(timer)
  }
}

/** Headers that belong to one connection, not to the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP =
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' ')

const endToEnd = (headers: Headers): Headers => {
  const kept = new Headers(headers)
  for (const name of HOP_BY_HOP) kept.delete(name)
  return kept
}

const wasRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'

const refuse = refusals({
  not_found: { status: 404, ru: 'Такого адреса нет', en: 'There is no such address' },
  bad_gateway: {
    status: 502,
    ru: 'Сервис оборвал соединение, не ответив',
    en: 'The service broke the connection without an answer',
  },
  service_unavailable: {
    status: 503,
    ru: 'Сервис сейчас недоступен',
    en: 'The service is not available now',
    retryAfterSeconds: 1,
  },
  gateway_timeout: {
    status: 504,
    ru: 'Сервис не ответил вовремя',
    en: 'The service did not answer in time',
  },
})

const problem = (code: Parameters<typeof refuse>[0], { headers }: Request): Response =>
  problemResponse(refuse(code), {
    requestId: givenRequestId(headers) ?? crypto.randomUUID(),
    acceptLanguage: headers.get('accept-language'),
  })
