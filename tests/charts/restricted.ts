import {
  type Container,
  containersOf,
  type KubeObject,
  type Pod,
  podsOf,
  type SecurityContext,
  type Volume,
} from './objects.ts'

/** Volumes of the restricted Pod Security profile. */
const HARMLESS_VOLUMES = new Set(
  'configMap downwardAPI emptyDir projected secret persistentVolumeClaim ephemeral csi'.split(' '),
)
const OWNER_ONLY = 0o400

/**
 * Where a pod does not meet the restricted Pod Security profile, or the further rules of this
 * project: a read-only root with a bounded /tmp, secrets as files for the owner only, no token.
 */
export const restrictedFaults = (objects: readonly KubeObject[]): string[] => [
  ...podsOf(objects).flatMap((pod) => podFaults(pod).map((fault) => `${pod.owner}: ${fault}`)),
  ...containersOf(objects).flatMap(({ where, pod, container }) =>
    containerFaults(container, pod.spec.securityContext ?? {}).map((fault) => `${where}: ${fault}`),
  ),
]

const podFaults = ({ spec }: Pod): string[] => {
  const context = spec.securityContext ?? {}
  return [
    ...when(spec.hostNetwork === true, 'hostNetwork'),
    ...when(spec.hostPID === true, 'hostPID'),
    ...when(spec.hostIPC === true, 'hostIPC'),
    ...when((context.sysctls ?? []).length > 0, 'sysctls'),
    ...when(
      context.fsGroup !== undefined && context.fsGroup !== context.runAsGroup,
      'fsGroup is not runAsGroup',
    ),
    ...when(spec.automountServiceAccountToken !== false, 'automountServiceAccountToken'),
    ...when(spec.enableServiceLinks !== false, 'enableServiceLinks'),
    ...when(spec.serviceAccountName === undefined, 'no service account of its own'),
    ...(spec.volumes ?? []).flatMap(volumeFaults),
  ]
}

const volumeFaults = (volume: Volume): string[] => {
  const { name, projected, secret, emptyDir } = volume
  const kinds = Object.keys(volume).filter((key) => key !== 'name')
  const sources = projected?.sources ?? []
  const mode =
    secret === undefined
      ? sources.some((source) => source.secret !== undefined)
        ? projected?.defaultMode
        : OWNER_ONLY
      : secret.defaultMode
  return [
    ...kinds.filter((kind) => !HARMLESS_VOLUMES.has(kind)).map((kind) => `volume ${name}: ${kind}`),
    ...when(
      sources.some((source) => source.serviceAccountToken !== undefined),
      `volume ${name}: token`,
    ),
    ...when(mode !== OWNER_ONLY, `volume ${name}: mode of secrets is not 0400`),
    ...when(
      emptyDir !== undefined && emptyDir.sizeLimit === undefined,
      `volume ${name}: no sizeLimit`,
    ),
  ]
}

const containerFaults = (container: Container, ofPod: SecurityContext): string[] => {
  // What a container says wins over what its pod says.
  const context = { ...ofPod, ...container.securityContext }
  const { drop = [], add = [] } = context.capabilities ?? {}
  const mounts = container.volumeMounts ?? []
  return [
    ...when(context.runAsNonRoot !== true, 'runAsNonRoot'),
    ...when(!isUser(context.runAsUser), 'runAsUser'),
    ...when(!isUser(context.runAsGroup), 'runAsGroup'),
    ...when(
      isOurs(container) && (context.runAsUser !== 10_001 || context.runAsGroup !== 10_001),
      'not the user 10001 of the images',
    ),
    ...when(context.seccompProfile?.type !== 'RuntimeDefault', 'seccompProfile'),
    ...when(context.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation'),
    ...when(context.privileged === true, 'privileged'),
    ...when(!drop.includes('ALL'), 'capabilities are not dropped'),
    ...when(add.length > 0, `adds capabilities ${add.join(', ')}`),
    ...when(context.readOnlyRootFilesystem !== true, 'readOnlyRootFilesystem'),
    ...when((context.procMount ?? 'Default') !== 'Default', 'procMount'),
    ...when(
      (container.ports ?? []).some(({ hostPort = 0 }) => hostPort !== 0),
      'hostPort',
    ),
    ...when(!mounts.some(({ mountPath }) => mountPath === '/tmp'), 'no /tmp to write to'),
  ]
}

const isUser = (id: number | undefined): boolean => id !== undefined && id > 0

/** Run from an image of this repository, whatever registry it was pushed to. */
export const isOurs = ({ image = '' }: Container): boolean =>
  /(^|\/)exactly-once\/(order|billing|notification|operations)[:@]/.test(image)

const when = (isFault: boolean, fault: string): string[] => (isFault ? [fault] : [])
