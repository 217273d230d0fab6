import * as v from 'valibot'
import { prefersEnglish } from './language.ts'
import type { Refusal } from './problem.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** RFC 9457, with `code`, `message` and `requestId` as its extension members. */
export const Problem = v.pipe(
  v.looseObject({
    type: v.pipe(v.string(), v.description('always about:blank: `code` names the problem')),
    title: v.pipe(v.string(), v.description('the name of the HTTP status')),
    status: v.number(),
    code: v.pipe(v.string(), v.description('a stable word for programs')),
    message: v.pipe(
      v.string(),
      v.description('a text for people, Russian unless Accept-Language prefers English'),
    ),
    requestId: v.pipe(v.string(), v.description('the same as in the header x-request-id')),
    errors: v.optional(
      v.pipe(
        v.array(v.object({ path: v.string(), message: v.string() })),
        v.description('which fields were not acceptable, and why'),
      ),
    ),
  }),
  v.title('Problem'),
  v.description('What went wrong (RFC 9457).'),
)

/** Writes a refusal for one client: its language, its request id. */
export const problemResponse = (
  refusal: Refusal,
  { requestId, acceptLanguage }: { requestId: string; acceptLanguage: string | null },
): Response => {
  const language = prefersEnglish(acceptLanguage) ? 'en' : 'ru'
  const { status, retryAfterSeconds } = refusal.entry
  return new Response(JSON.stringify(problemDocument(refusal, requestId, language)), {
    status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'content-language': language,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...refusal.headers,
    },
  })
}

export const problemDocument = (
  { code, entry, extension }: Refusal,
  requestId: string,
  language: 'ru' | 'en',
): Record<string, unknown> => ({
  type: 'about:blank',
  title: TITLES[entry.status] ?? 'Error',
  status: entry.status,
  code,
  message: entry[language],
  requestId,
  ...extension,
})

/** The names of the statuses that catalogues use, as in RFC 9110 and 6585. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}
