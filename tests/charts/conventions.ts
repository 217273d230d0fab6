import { containersOf, type KubeObject, nameOf, podsOf, type Words } from './objects.ts'
import { isOurs } from './restricted.ts'

/** What a namespaced release may consist of. Nothing that gives rights, nothing cluster-wide. */
const FORBIDDEN = /^(Cluster)?Role(Binding)?$|^Namespace$|^CustomResourceDefinition$|WebhookConfig/

/** Hosts and makers whose images are gone, frozen or about to be. */
const RETIRED =
  /bitnami|k8s\.gcr\.io|gcr\.io\/google[-_]containers|ingress-nginx|quay\.io\/coreos|docker\.pkg\.github|vectorized\/redpanda/

const LABELS = 'name instance version managed-by part-of component'
  .split(' ')
  .map((word) => `app.kubernetes.io/${word}`)
const SELECTABLE = new Set(['name', 'instance', 'component'].map((w) => `app.kubernetes.io/${w}`))
const LONGEST_NAME = 63

/** Where names, labels, images and rights are not as agreed for all charts. */
export const conventionFaults = (objects: readonly KubeObject[], namespace: string): string[] => [
  ...objects.flatMap((object) => objectFaults(object, namespace)),
  ...twice(objects),
  ...podsOf(objects).flatMap(({ owner, object }) => {
    const { selector } = object.spec as { selector?: { matchLabels?: Words } }
    return Object.keys(selector?.matchLabels ?? {})
      .filter((label) => !SELECTABLE.has(label))
      .map((label) => `${owner}: selects by ${label}, which changes`)
  }),
  ...containersOf(objects).flatMap(({ where, container }) => [
    ...imageFaults(container.image ?? '').map((fault) => `${where}: ${fault}`),
    ...(isOurs(container) && container.imagePullPolicy !== 'IfNotPresent'
      ? [`${where}: pulls ${container.imagePullPolicy}`]
      : []),
  ]),
]

const objectFaults = (object: KubeObject, namespace: string): string[] => {
  const { kind, metadata } = object
  return [
    ...(FORBIDDEN.test(kind)
      ? [`${nameOf(object)}: gives rights or is for the whole cluster`]
      : []),
    ...(metadata.namespace === namespace ? [] : [`${nameOf(object)}: is in ${metadata.namespace}`]),
    ...(metadata.name.length > LONGEST_NAME ? [`${nameOf(object)}: has too long a name`] : []),
    ...(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(metadata.name)
      ? []
      : [`${nameOf(object)}: is no name of a host`]),
    ...LABELS.filter((label) => !metadata.labels?.[label]).map(
      (label) => `${nameOf(object)}: has no label ${label}`,
    ),
    ...(metadata.labels?.['app.kubernetes.io/part-of'] === 'exactly-once'
      ? []
      : [`${nameOf(object)}: is part of ${metadata.labels?.['app.kubernetes.io/part-of']}`]),
    ...Object.entries(metadata.labels ?? {})
      .filter(([, value]) => value.length > LONGEST_NAME)
      .map(([label]) => `${nameOf(object)}: has too long a label ${label}`),
    ...(kind === 'ServiceAccount' &&
    (object as { automountServiceAccountToken?: boolean }).automountServiceAccountToken !== false
      ? [`${nameOf(object)}: hands out its token`]
      : []),
  ]
}

const imageFaults = (image: string): string[] => {
  const [, tag, digest] = /^[^@]+?(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? []
  return [
    ...(tag === undefined && digest === undefined ? [`image ${image} has no tag`] : []),
    ...(tag === 'latest' ? [`image ${image} is whatever is latest`] : []),
    ...(RETIRED.test(image) ? [`image ${image} is retired`] : []),
  ]
}

const twice = (objects: readonly KubeObject[]): string[] =>
  [...Map.groupBy(objects, (object) => `${nameOf(object)} in ${object.metadata.namespace}`)]
    .filter(([, same]) => same.length > 1)
    .map(([name]) => `${name}: is there twice`)
