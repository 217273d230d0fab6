import { readBody } from './body.ts'
import { refuse } from './edge-problems.ts'
import type { Refusal } from './problem.ts'
import type { Find, Match } from './routes.ts'
import { isQueryAcceptable, readTarget } from './target.ts'

/** `route` is the declared path, as far as there is one; `result` is an answer if it ends here. */
export type Admission = { route: string; result: 'admitted' | Response | Refusal }

/**
 * All that is decided before a handler may see a request, cheapest first: the target, the route,
 * the method, the query, the body. An admitted request answers `json()` with the body that was read
 * and checked here.
 */
export const admit = async (request: Request, find: Find): Promise<Admission> => {
  const target = readTarget(request)
  if (!target.ok) return { route: '', result: target.refusal }
  const match = find(request.method, target.path)
  if (match.found !== 'route') return turnAway(match, request.method)

  const { pattern, queryNames, takesBody } = match.route
  if (!isQueryAcceptable(target.query, queryNames)) {
    return { route: pattern, result: refuse('bad_query') }
  }
  const body = takesBody ? await readBody(request) : NO_BODY
  if (!body.ok) return { route: pattern, result: body.refusal }
  Object.assign(request, { json: () => body.value })
  return { route: pattern, result: 'admitted' }
}

const NO_BODY = { ok: true, value: undefined } as const

const turnAway = (match: Exclude<Match, { found: 'route' }>, method: string): Admission => {
  if (match.found === 'nothing') return { route: '', result: refuse('not_found') }
  const { pattern, allow } = match
  const headers = { allow }
  if (method === 'OPTIONS') {
    return { route: pattern, result: new Response(null, { status: 204, headers }) }
  }
  return { route: pattern, result: refuse('method_not_allowed', { headers }) }
}
