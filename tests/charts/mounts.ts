import type { KubeObject, PlacedContainer, VolumeSource } from './objects.ts'

/**
 * What a container finds at a path: the key of a Secret or ConfigMap that is mounted there, and its
 * content when the object is in the release. Undefined when there would be nothing.
 */
export const mountedFile = (
  objects: readonly KubeObject[],
  { pod, container }: PlacedContainer,
  path: string,
): { content: string | undefined } | undefined => {
  const mounts = (container.volumeMounts ?? []).filter(
    ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`),
  )
  const mount = mounts.toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0]
  const volume = pod.spec.volumes?.find(({ name }) => name === mount?.name)
  if (mount === undefined || volume === undefined) return undefined
  const within = mount.subPath ?? path.slice(mount.mountPath.length + 1)
  for (const source of [volume, ...(volume.projected?.sources ?? [])]) {
    const found = fileIn(objects, pod.namespace, source, within)
    if (found !== undefined) return found
  }
  return undefined
}

const fileIn = (
  objects: readonly KubeObject[],
  namespace: string,
  { secret, configMap }: VolumeSource,
  within: string,
): { content: string | undefined } | undefined => {
  const source = secret ?? configMap
  if (source === undefined) return undefined
  const name = secret?.secretName ?? source.name
  const object = objects.find(
    ({ kind, metadata }) =>
      kind === (secret === undefined ? 'ConfigMap' : 'Secret') &&
      metadata.name === name &&
      metadata.namespace === namespace,
  )
  const held: Readonly<Record<string, string>> = { ...object?.data, ...object?.stringData }
  const key =
    source.items === undefined ? within : source.items.find((item) => item.path === within)?.key
  if (key === undefined) return undefined
  if (object !== undefined && !(key in held)) return undefined
  return { content: held[key] }
}
