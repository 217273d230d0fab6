/** Kubernetes objects, as far as the checks read them. Everything optional may be missing. */

export type Words = Readonly<Record<string, string>>

export type KubeObject = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Words; annotations?: Words }
  spec?: unknown
  data?: Words
  stringData?: Words
}

export type Selector = {
  matchLabels?: Words
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export type SecurityContext = {
  runAsNonRoot?: boolean
  runAsUser?: number
  runAsGroup?: number
  fsGroup?: number
  seccompProfile?: { type?: string }
  sysctls?: unknown[]
  privileged?: boolean
  allowPrivilegeEscalation?: boolean
  readOnlyRootFilesystem?: boolean
  procMount?: string
  capabilities?: { drop?: string[]; add?: string[] }
}

export type Probe = { httpGet?: { port?: string | number; path?: string }; exec?: unknown }

export type Container = {
  name: string
  image?: string
  imagePullPolicy?: string
  command?: string[]
  args?: string[]
  env?: Variable[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
  ports?: { name?: string; containerPort: number; hostPort?: number; protocol?: string }[]
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
  resources?: { requests?: Quantities; limits?: Quantities }
  securityContext?: SecurityContext
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[]
  restartPolicy?: string
}

type Quantities = Readonly<Record<string, string | number>>
type KeyRef = { name: string; key: string; optional?: boolean }
export type Variable = {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: KeyRef; configMapKeyRef?: KeyRef; fieldRef?: unknown }
}
type Items = { key: string; path: string }[]

export type VolumeSource = {
  secret?: { secretName?: string; name?: string; items?: Items; defaultMode?: number }
  configMap?: { name: string; items?: Items }
  serviceAccountToken?: unknown
}
export type Volume = VolumeSource & {
  name: string
  emptyDir?: { sizeLimit?: string; medium?: string }
  projected?: { defaultMode?: number; sources?: VolumeSource[] }
  [other: string]: unknown
}

export type PodSpec = {
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  enableServiceLinks?: boolean
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  terminationGracePeriodSeconds?: number
  imagePullSecrets?: { name: string }[]
  securityContext?: SecurityContext
  initContainers?: Container[]
  containers: Container[]
  volumes?: Volume[]
  topologySpreadConstraints?: { labelSelector?: Selector }[]
}

/** A pod as it will run, whichever object makes it. */
export type Pod = {
  /** Names it in faults: `Deployment order-service`. */
  owner: string
  object: KubeObject
  namespace: string
  labels: Words
  spec: PodSpec
}

/** The labels of pods that an operator makes for an object of ours: CloudNativePG's databases. */
export const operatedPods = (
  objects: readonly KubeObject[],
): { namespace: string; labels: Words }[] =>
  objects
    .filter(({ kind }) => kind === 'Cluster')
    .map(({ metadata, spec }) => ({
      namespace: metadata.namespace ?? '',
      labels: (spec as { inheritedMetadata?: { labels?: Words } }).inheritedMetadata?.labels ?? {},
    }))

type Template = { metadata?: { labels?: Words }; spec: PodSpec }
type Owner = { template?: Template; jobTemplate?: { spec: { template: Template } } }

/** The pods of all workloads, and those that are objects themselves. */
export const podsOf = (objects: readonly KubeObject[]): Pod[] =>
  objects.flatMap((object) => {
    const template =
      object.kind === 'Pod'
        ? { metadata: object.metadata, spec: object.spec as PodSpec }
        : templateOf(object.spec as Owner | undefined)
    if (template === undefined) return []
    return {
      owner: nameOf(object),
      object,
      namespace: object.metadata.namespace ?? '',
      labels: template.metadata?.labels ?? {},
      spec: template.spec,
    }
  })

const templateOf = (spec: Owner | undefined): Template | undefined =>
  spec?.jobTemplate?.spec.template ?? (spec?.template?.spec && spec.template)

export type PlacedContainer = { where: string; pod: Pod; container: Container; isInit: boolean }

export const containersOf = (objects: readonly KubeObject[]): PlacedContainer[] =>
  podsOf(objects).flatMap((pod) =>
    [
      ...(pod.spec.initContainers ?? []).map((container) => ({ container, isInit: true })),
      ...pod.spec.containers.map((container) => ({ container, isInit: false })),
    ].map((found) => ({ ...found, pod, where: `${pod.owner}, ${found.container.name}` })),
  )

export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`

/** Whether labels meet a selector; an empty one means everything. */
export const selects = (selector: Selector, labels: Words): boolean =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        throw new Error(`no operator of selectors: ${operator}`)
    }
  })
