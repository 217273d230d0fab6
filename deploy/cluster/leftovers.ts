import type { RunCommand } from '../run-command.ts'
import { NAMESPACES } from './names.ts'

/** What every namespace has by itself, and what only tells of the past. */
const USUAL = [
  /^configmap\/kube-root-ca\.crt$/,
  /^configmap\/istio-ca-root-cert$/,
  /^serviceaccount\/default$/,
  /^event(\.events\.k8s\.io)?\//,
]

/** Names everything that is left in our namespaces, of whatever kind the cluster knows. */
export const leftovers = async (run: RunCommand): Promise<string[]> => {
  const kinds = await run([
    'kubectl',
    'api-resources',
    '--verbs=list',
    '--namespaced',
    '--output=name',
  ])
  const all = kinds.trim().split('\n').join(',')
  const found = await Promise.all(
    NAMESPACES.map(async (namespace) => {
      const words = ['kubectl', 'get', all, '--namespace', namespace, '--output=name']
      const names = (await run([...words, '--ignore-not-found'])).split('\n')
      return names.filter(isUnusual).map((name) => `${namespace}: ${name}`)
    }),
  )
  return found.flat()
}

const isUnusual = (name: string): boolean =>
  name !== '' && !USUAL.some((pattern) => pattern.test(name))

/** Volumes are of the cluster, not of a namespace; ours are known by the claim that they had. */
export const volumesLeft = async (run: RunCommand): Promise<string[]> => {
  const claims = await run([
    'kubectl',
    'get',
    'persistentvolumes',
    '--output=jsonpath={range .items[*]}{.spec.claimRef.namespace}{"/"}{.metadata.name}{"\\n"}{end}',
  ])
  return claims
    .split('\n')
    .filter((claim) => NAMESPACES.some((namespace) => claim.startsWith(`${namespace}/`)))
}
