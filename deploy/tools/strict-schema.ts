/** A JSON schema, as far as it is rewritten here. */
export type Schema = { [key: string]: unknown }

/** Types that the API describes as strings although it takes numbers as well. */
const ALSO_NUMBERS: Record<string, Schema> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
}

/** For reading only; formats such as int32 are no JSON schema's. */
const DROPPED = new Set(['description', 'format', 'default'])

/**
 * One schema that stands alone and refuses unknown fields, from one of the Kubernetes API's
 * OpenAPI document, where types refer to one another and anything more is allowed.
 */
export const strictSchema = (
  schema: Schema,
  definitions: Record<string, Schema>,
  within: readonly string[] = [],
): Schema => {
  if (typeof schema['$ref'] === 'string') {
    const name = schema['$ref'].split('/').at(-1) ?? ''
    const definition = ALSO_NUMBERS[name] ?? definitions[name]
    if (definition === undefined) throw new Error(`no definition of ${name}`)
    // A type within itself, as in a schema of a schema, is not followed for ever.
    return within.includes(name) ? {} : strictSchema(definition, definitions, [...within, name])
  }
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite)
    return isSchema(value) ? strictSchema(value, definitions, within) : value
  }
  const kept = Object.entries(schema).filter(([key]) => !DROPPED.has(key) && !key.startsWith('x-'))
  const strict: Schema = Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      // Below `properties` the keys are names of fields, which may be called `format`.
      key === 'properties' && isSchema(value) ? eachField(value, rewrite) : rewrite(value),
    ]),
  )
  if (schema['x-kubernetes-int-or-string'] === true) strict['type'] = ['string', 'integer']
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true
  if ('properties' in strict && !isOpen) strict['additionalProperties'] ??= false
  return strict
}

/** The same for a whole object: it also says what it is, which the API leaves to the reader. */
export const objectSchema = (
  { group, version, kind }: ObjectType,
  schema: Schema,
  definitions: Record<string, Schema>,
): Schema => {
  const metadata = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }
  const fields = isSchema(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const strict = strictSchema({ ...schema, properties: { ...fields, metadata } }, definitions)
  return {
    ...strict,
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...required])],
    properties: {
      ...(isSchema(strict['properties']) && strict['properties']),
      apiVersion: { const: group === '' ? version : `${group}/${version}` },
      kind: { const: kind },
    },
  }
}

export type ObjectType = { group: string; version: string; kind: string }

const eachField = (fields: Schema, rewrite: (value: unknown) => unknown): Schema =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, rewrite(field)]))

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null
