import { isHook, isHookBefore, runsAfterRelease } from './hooks.ts'
import { type Container, type KubeObject, nameOf, type Pod, podsOf } from './objects.ts'
import { specsOf } from './specs.ts'

/** One object that another one needs, and which keys of it. */
type Reference = {
  from: string
  user: KubeObject
  kind: 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'TriggerAuthentication'
  name: string
  keys?: string[]
}

/**
 * Names that lead nowhere: each ConfigMap, Secret (with the keys that are read) and ServiceAccount
 * that a pod needs is in the release, and there in time, or is one that exists `outside` it.
 */
export const referenceFaults = (
  objects: readonly KubeObject[],
  outside: ReadonlySet<string>,
): string[] =>
  referencesOf(objects).flatMap(({ from, user, kind, name, keys = [] }) => {
    const target = objects.find(
      (object) =>
        object.kind === kind &&
        object.metadata.name === name &&
        object.metadata.namespace === user.metadata.namespace,
    )
    if (target === undefined) {
      return kind === 'Secret' && outside.has(name) ? [] : [`${from}: there is no ${kind} ${name}`]
    }
    if (!isThereFor(target, user)) return [`${from}: ${nameOf(target)} is not there in time`]
    const held = { ...target.data, ...target.stringData }
    return keys
      .filter((key) => !(key in held))
      .map((key) => `${from}: ${nameOf(target)} has no ${key}`)
  })

/**
 * A hook before the release finds only hooks of lesser weight, one after it and a test find the
 * release itself. What lasts must not lean on a hook, which goes.
 */
const isThereFor = (target: KubeObject, user: KubeObject): boolean => {
  if (isHook(target)) return isHook(user) && isHookBefore(target, user)
  return !isHook(user) || runsAfterRelease(user)
}

const referencesOf = (objects: readonly KubeObject[]): Reference[] => [
  ...podsOf(objects).flatMap(ofPod),
  ...specsOf(objects, 'ScaledObject').flatMap(({ object, where, spec }) =>
    (spec.triggers ?? []).flatMap(({ authenticationRef }) =>
      authenticationRef === undefined
        ? []
        : {
            from: where,
            user: object,
            kind: 'TriggerAuthentication' as const,
            name: authenticationRef.name,
          },
    ),
  ),
  ...specsOf(objects, 'TriggerAuthentication').flatMap(({ object, where, spec }) =>
    (spec.secretTargetRef ?? []).map(({ name, key }) => secret(where, object, name, [key])),
  ),
  ...specsOf(objects, 'Cluster').flatMap(({ object, where, spec }) =>
    (spec.bootstrap?.initdb?.postInitApplicationSQLRefs?.secretRefs ?? []).map(({ name, key }) =>
      secret(where, object, name, [key]),
    ),
  ),
  ...specsOf(objects, 'Ingress').flatMap(({ object, where, spec }) =>
    (spec.tls ?? []).map(({ secretName }) => secret(where, object, secretName)),
  ),
]

const secret = (from: string, user: KubeObject, name: string, keys?: string[]): Reference => ({
  from,
  user,
  kind: 'Secret',
  name,
  ...(keys && { keys }),
})

const ofPod = ({ owner, object, spec }: Pod): Reference[] => [
  {
    from: owner,
    user: object,
    kind: 'ServiceAccount',
    name: spec.serviceAccountName ?? 'default',
  },
  ...(spec.imagePullSecrets ?? []).map(({ name }) => secret(owner, object, name)),
  ...[...(spec.initContainers ?? []), ...spec.containers].flatMap((container) =>
    ofContainer(`${owner}, ${container.name}`, object, container),
  ),
  ...(spec.volumes ?? []).flatMap((volume) =>
    [volume, ...(volume.projected?.sources ?? [])].flatMap((source) => {
      const keys = (source.secret?.items ?? source.configMap?.items ?? []).map(({ key }) => key)
      const from = `${owner}, volume ${volume.name}`
      const name = source.secret?.secretName ?? source.secret?.name
      return [
        ...(name === undefined ? [] : [secret(from, object, name, keys)]),
        ...(source.configMap === undefined
          ? []
          : [
              { from, user: object, kind: 'ConfigMap' as const, name: source.configMap.name, keys },
            ]),
      ]
    }),
  ),
]

const ofContainer = (from: string, user: KubeObject, container: Container): Reference[] => [
  ...(container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
    ...(configMapRef === undefined
      ? []
      : [{ from, user, kind: 'ConfigMap' as const, name: configMapRef.name }]),
    ...(secretRef === undefined ? [] : [secret(from, user, secretRef.name)]),
  ]),
  ...(container.env ?? []).flatMap(({ valueFrom }) => [
    ...(valueFrom?.configMapKeyRef === undefined
      ? []
      : [
          {
            from,
            user,
            kind: 'ConfigMap' as const,
            name: valueFrom.configMapKeyRef.name,
            keys: [valueFrom.configMapKeyRef.key],
          },
        ]),
    ...(valueFrom?.secretKeyRef === undefined
      ? []
      : [secret(from, user, valueFrom.secretKeyRef.name, [valueFrom.secretKeyRef.key])]),
  ]),
]
