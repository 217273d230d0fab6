import * as v from 'valibot'
import { assert } from '../assert.ts'

/**
 * What may go wrong with a request, by its code. `code` is a stable word for programs; the texts
 * are for people. Statuses are as in RFC 9110.
 */
export type Catalogue = Record<string, CatalogueEntry>

export type CatalogueEntry = {
  readonly status: number
  readonly ru: string
  readonly en: string
  /** Tells the client when to come again; for 429 and 503. */
  readonly retryAfterSeconds?: number
}

/**
 * A request that was understood and is not done. A handler returns it (throwing it works too) and
 * the edge writes it as a problem document in the language of the client.
 */
export class Refusal<Code extends string = string> {
  readonly code: Code
  readonly entry: CatalogueEntry
  readonly extension: Extension
  readonly headers: Record<string, string>

  constructor(code: Code, entry: CatalogueEntry, { extension = {}, headers = {} }: Details = {}) {
    for (const member of RESERVED) assert(!(member in extension), `${member} is taken`)
    this.code = code
    this.entry = entry
    this.extension = extension
    this.headers = headers
  }
}

/** More members of the problem document, e.g. `errors`. Never put what the client sent into it. */
export type Extension = Record<string, unknown>
type Details = { extension?: Extension; headers?: Record<string, string> }

const RESERVED = ['type', 'title', 'status', 'code', 'message', 'requestId']

/**
 * Turns a catalogue into `refuse('code')`, checked against it. `refuse.responses('code', …)`
 * belongs into the `response` of a route: it documents these refusals, and lets the compiler
 * object to a handler that returns another one.
 */
export const refusals = <const C extends Catalogue>(catalogue: C): Refuse<C> => {
  const refuse = <Code extends keyof C & string>(code: Code, details?: Details): Refusal<Code> => {
    const entry = catalogue[code]
    assert(entry !== undefined, `${code} is not in the catalogue`)
    return new Refusal(code, entry, details)
  }
  const responses = (...codes: readonly (keyof C & string)[]): Record<number, v.GenericSchema> => {
    const entries = codes.map((code) => refuse(code))
    const byStatus = Object.groupBy(entries, ({ entry }) => entry.status)
    return Object.fromEntries(
      Object.entries(byStatus).map(([status, group]) => [status, refusalSchema(group ?? [])]),
    )
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- groupBy forgets which status has which code.
  return Object.assign(refuse, { responses, catalogue }) as unknown as Refuse<C>
}

export type Refuse<C extends Catalogue> = {
  <Code extends keyof C & string>(code: Code, details?: Details): Refusal<Code>
  catalogue: C
  responses: <const Codes extends readonly (keyof C & string)[]>(
    ...codes: Codes
  ) => {
    [Status in C[Codes[number]]['status']]: v.GenericSchema<
      Refusal<{ [K in Codes[number]]: C[K]['status'] extends Status ? K : never }[Codes[number]]>
    >
  }
}

/** Stands in a route's response map; `documentedRefusals` finds again what it stands for. */
const refusalSchema = (group: readonly Refusal[]): v.GenericSchema<Refusal> => {
  const schema = v.instance(Refusal)
  documented.set(schema, group)
  return schema
}

const documented = new WeakMap<object, readonly Refusal[]>()

/** The refusals that a schema of a response map stands for, if it does. */
export const documentedRefusals = (schema: object): readonly Refusal[] | undefined =>
  documented.get(schema)
