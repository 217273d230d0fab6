import * as v from 'valibot'

/**
 * The kinds of values that a chart knows. Each becomes a piece of JSON Schema, so only what JSON
 * Schema can say may be used here; what is given as metadata is copied into it as it is.
 */

/** A value with its default and the sentence for values.yaml and the README. */
export const value = <const S extends v.GenericSchema>(
  schema: S,
  fallback: v.InferInput<S>,
  description: string,
) => v.pipe(schema, v.metadata({ description, default: fallback }))

/** A group of values, with a heading. Unknown keys are refused. */
export const group = <const E extends v.ObjectEntries>(description: string, entries: E) =>
  v.pipe(v.strictObject(entries), v.metadata({ description }))

export const flag = v.boolean()
export const text = v.string()

/** Empty, or the name of an object in the same namespace. */
export const optionalName = v.pipe(v.string(), v.regex(/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?$/))

export const count = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))

export const quantity = v.pipe(v.string(), v.regex(/^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/))
export const duration = v.pipe(v.string(), v.regex(/^[0-9]+(ms|s|m|h)$/))
export const httpOrigin = v.pipe(v.string(), v.regex(/^(https?:\/\/[^/\s]+)?$/))
export const labels = v.record(v.string(), v.string())

/** A piece of a Kubernetes object that is handed on as it is. */
export const piece = v.record(v.string(), v.unknown())

const image = (repository: string, description: string, tag: { tag: string; meaning: string }) =>
  group(description, {
    repository: value(v.pipe(v.string(), v.minLength(1)), repository, 'Image without its tag'),
    tag: value(v.pipe(v.string(), v.notValue('latest')), tag.tag, tag.meaning),
    digest: value(
      v.pipe(v.string(), v.regex(/^(sha256:[0-9a-f]{64})?$/)),
      '',
      'Digest, which wins over the tag: `sha256:…`',
    ),
    pullPolicy: value(
      v.picklist(['IfNotPresent', 'Always', 'Never']),
      'IfNotPresent',
      'When to pull',
    ),
  })

/** An image of this repository, released together with its chart. */
export const ownImage = (target: string, description: string) =>
  image(`exactly-once/${target}`, description, {
    tag: '',
    meaning: 'Tag; empty means the chart’s appVersion',
  })

export const foreignImage = (repository: string, tag: string) =>
  image(repository, 'Image', { tag, meaning: 'Tag' })

/** The limit of memory is its request, so that a node never has to kill for what it promised. */
export const resources = (cpu: string, memory: string) =>
  group('What a container gets', {
    cpu: value(quantity, cpu, 'CPU that is reserved; more is taken when the node has it'),
    memory: value(quantity, memory, 'Memory that is reserved, and the limit at the same time'),
  })

/** Which pods and addresses a NetworkPolicy means, as in its `from` and `to`. */
const selector = v.strictObject({
  matchLabels: v.optional(labels),
  matchExpressions: v.optional(v.array(piece)),
})
export const peers = v.array(
  v.strictObject({
    namespaceSelector: v.optional(selector),
    podSelector: v.optional(selector),
    ipBlock: v.optional(
      v.strictObject({ cidr: v.string(), except: v.optional(v.array(v.string())) }),
    ),
  }),
)
export const namespace = (name: string) => [
  { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
]

/** What Helm itself adds to the values of a chart that has a library, or is part of another. */
export const ofHelm = {
  global: v.optional(piece),
  service: v.optional(v.strictObject({ global: v.optional(piece) })),
}
