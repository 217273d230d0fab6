import type { AnyElysia } from 'elysia'

/** What the edge must know of a route before Elysia sees the request. */
export type Route = {
  /** The path as declared, e.g. `/parcels/:parcel`: a label with few values. */
  readonly pattern: string
  readonly takesBody: boolean
  readonly queryNames: ReadonlySet<string>
}

export type Match =
  | { found: 'route'; route: Route }
  | { found: 'path'; pattern: string; allow: string }
  | { found: 'nothing' }

/** Looks up what is at a path for a method. */
export type Find = (method: string, path: string) => Match

type Place = { readonly pattern: string; readonly byMethod: Map<string, Route> }

/**
 * Elysia answers 404 to a wrong method. This looks a path up as its router does, a literal path
 * before one with a parameter, and tells which methods there are.
 */
export const routeTable = (app: AnyElysia): Find => {
  const literal = new Map<string, Place>()
  const parametric: (Place & { readonly shape: RegExp })[] = []
  for (const { method, path, hooks } of app.routes) {
    placeOf(path).byMethod.set(method, {
      pattern: path,
      takesBody: hooks.body !== undefined,
      queryNames: new Set(Object.keys(entriesOf(hooks.query))),
    })
  }
  return find

  function placeOf(path: string): Place {
    const known = literal.get(path) ?? parametric.find(({ pattern }) => pattern === path)
    if (known !== undefined) return known
    const place = { pattern: path, byMethod: new Map<string, Route>() }
    if (path.includes(':')) parametric.push({ ...place, shape: shapeOf(path) })
    else literal.set(path, place)
    return place
  }

  function find(method: string, path: string): Match {
    const exact = literal.get(path)
    // A HEAD is answered by the GET route without the body.
    const wanted = method === 'HEAD' ? 'GET' : method
    const direct = exact?.byMethod.get(wanted)
    if (direct !== undefined) return { found: 'route', route: direct }

    const places = parametric.filter(({ shape }) => shape.test(path))
    for (const { byMethod } of places) {
      const route = byMethod.get(wanted)
      if (route !== undefined) return { found: 'route', route }
    }
    const all = exact === undefined ? places : [exact, ...places]
    const [first] = all
    if (first === undefined) return { found: 'nothing' }
    return { found: 'path', pattern: first.pattern, allow: allowed(all) }
  }
}

const shapeOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}$`)

const allowed = (places: readonly Place[]): string => {
  const methods = new Set(places.flatMap(({ byMethod }) => [...byMethod.keys()]))
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods.add('OPTIONS')].toSorted().join(', ')
}

/** The fields of a Valibot object. */
const entriesOf = (schema: unknown): object =>
  typeof schema === 'object' && schema !== null && 'entries' in schema ? Object(schema.entries) : {}
