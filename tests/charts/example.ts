import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from './objects.ts'

/** A small release without a fault; the checks' own tests break it in one place after another. */
export const example = (): KubeObject[] =>
  // What is an alias in YAML is one object after parsing, and a change to it would show twice.
  JSON.parse(JSON.stringify(Bun.YAML.parse(EXAMPLE))) as KubeObject[]

const EXAMPLE = readFileSync(join(import.meta.dir, 'example.yaml'), 'utf8')

/**
 * The example with one value changed or, with undefined, removed. The place is written as words:
 * the kind (or kind and name as `Job:migrate`), then keys and positions.
 */
export const changed = (place: string, value: unknown): KubeObject[] => {
  const objects = example()
  const [first = '', ...keys] = place.split(' ')
  const [kind, name] = first.split(':')
  let target = objects.find(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  ) as Record<string, unknown> | undefined
  const last = keys.pop() ?? ''
  for (const key of keys) target = target?.[key] as Record<string, unknown> | undefined
  if (target === undefined) throw new Error(`the example has no ${place}`)
  if (value === undefined) delete target[last]
  else target[last] = value
  return objects
}
