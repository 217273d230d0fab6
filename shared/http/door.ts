import { type AnyElysia, ValidationError } from 'elysia'
import type { Log } from '../log.ts'
import { traceIdOf } from '../tracing/traceparent.ts'
import { inertTracer, type Tracer } from '../tracing/tracer.ts'
import { admit } from './admit.ts'
import { refuse } from './edge-problems.ts'
import { Refusal } from './problem.ts'
import { problemResponse } from './problem-document.ts'
import { aboutOf } from './request-context.ts'
import { givenRequestId, REQUEST_ID } from './request-id.ts'
import { endRequestSpan, startRequestSpan } from './request-span.ts'
import { type Find, routeTable } from './routes.ts'
import { refusalOf } from './validation.ts'

export type DoorOptions = {
  log: Log
  /** Called once per answered request. */
  observe?: (answered: Answered) => void
  /** Whether an error means that a dependency is away for the moment: 503 instead of 500. */
  isUnavailable?: (error: unknown) => boolean
  /** How many requests may be in the handlers at once; one more is answered 503. */
  inFlightMax?: number
  newRequestId?: () => string
  /** Traces each request; nothing by default. */
  tracer?: Tracer
}

/** `route` is the path as declared, a label with few values; empty when there is no such route. */
export type Answered = { route: string; method: string; status: number; seconds: number }

/** Hands an admitted request to Elysia. */
export type Next = (request: Request) => Response | Promise<Response>

/** What stands before and behind Elysia: every request comes in and every answer goes out here. */
export const openDoor = ({
  log,
  observe,
  isUnavailable = () => false,
  inFlightMax = 256,
  newRequestId = () => crypto.randomUUID(),
  tracer = inertTracer,
}: DoorOptions) => {
  /** Why a handler gave no answer. Elysia's hooks leave it here; the door words it. */
  const failures = new WeakMap<Request, unknown>()
  let inFlight = 0
  let find: Find | undefined

  return {
    failed: (request: Request, failure: unknown): Response => {
      failures.set(request, failure)
      return new Response()
    },

    stand:
      (app: AnyElysia, next: Next) =>
      async (request: Request): Promise<Response> => {
        const startedAt = performance.now()
        const { headers, method } = request
        const requestId = givenRequestId(headers) ?? newRequestId()
        // Routes are declared after the door is opened, so the table is made at the first request.
        find ??= routeTable(app)

        const { route, result } = await admit(request, find)
        const span = startRequestSpan(tracer, request, { route, startedAt })
        const ids = { requestId, ...traceIdOf(span ?? UNTRACED) }
        const answer =
          result === 'admitted' ? await handle(request, next, { ...ids, route }) : result
        const response =
          answer instanceof Refusal
            ? problemResponse(answer, { requestId, acceptLanguage: headers.get('accept-language') })
            : answer
        dress(response.headers, requestId)

        const { status } = response
        const durationMs = Math.round((performance.now() - startedAt) * 1_000) / 1_000
        observe?.({ route, method, status, seconds: durationMs / 1_000 })
        const fields = { ...ids, method, route, status, durationMs, ...aboutOf(request) }
        if (status >= 500) log.info(fields, 'request')
        else log.debug(fields, 'request')
        if (span !== undefined) endRequestSpan(span, request, status)
        return response
      },
  }

  async function handle(request: Request, next: Next, fields: Fields): Promise<Response | Refusal> {
    if (inFlight >= inFlightMax) return refuse('service_unavailable')
    inFlight += 1
    try {
      const response = await next(request)
      return failures.has(request) ? explain(failures.get(request), fields) : response
    } finally {
      inFlight -= 1
    }
  }

  function explain(failure: unknown, fields: Fields): Refusal {
    if (failure instanceof Refusal) return failure
    const refusal = failure instanceof ValidationError ? refusalOf(failure) : undefined
    if (refusal !== undefined) return refusal
    if (isUnavailable(failure)) {
      log.warn({ ...fields, error: failure }, 'a dependency is not available')
      return refuse('service_unavailable')
    }
    log.error({ ...fields, error: failure }, 'a request failed')
    return refuse('internal_error')
  }
}

type Fields = { requestId: string; traceId?: string; route: string }

const UNTRACED = {}

/** Amounts must not lie in caches, and nothing we send is to be guessed at. */
const dress = (headers: Headers, requestId: string): void => {
  headers.set(REQUEST_ID, requestId)
  headers.set('x-content-type-options', 'nosniff')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
