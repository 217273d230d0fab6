import { type KubeObject, selects, type Words } from './objects.ts'
import { type NetworkPolicySpec, type Peer, type Port, type Protocol, specsOf } from './specs.ts'

/** A pod, or an address outside the cluster: then it has no namespace and no policy binds it. */
export type Endpoint = {
  name: string
  ip: string
  pod?: { namespace: string; labels: Words; ports?: Readonly<Record<string, number>> }
}

/**
 * Whether the NetworkPolicies among the objects let a connection be opened, by the rules of the
 * Kubernetes API: the source's side must let it out and the target's side in; a pod that no policy
 * selects for a direction is open in it; what any policy allows is allowed. Namespaces have the
 * one label that the API server gives them.
 */
export const isAllowed = (
  objects: readonly KubeObject[],
  source: Endpoint,
  target: Endpoint,
  port: number,
  protocol: Protocol = 'TCP',
): boolean => {
  const lets = (direction: 'Ingress' | 'Egress', own: Endpoint, other: Endpoint): boolean => {
    const policies = policiesFor(objects, own, direction)
    if (policies.length === 0) return true
    return policies.some(({ namespace, spec }) =>
      (direction === 'Ingress' ? spec.ingress : spec.egress)?.some((rule) => {
        const peers = direction === 'Ingress' ? rule.from : rule.to
        return meetsPeers(peers, other, namespace) && meetsPorts(rule.ports, target, port, protocol)
      }),
    )
  }
  return lets('Egress', source, target) && lets('Ingress', target, source)
}

const policiesFor = (
  objects: readonly KubeObject[],
  { pod }: Endpoint,
  direction: 'Ingress' | 'Egress',
): { namespace: string; spec: NetworkPolicySpec }[] => {
  if (pod === undefined) return []
  return specsOf(objects, 'NetworkPolicy').flatMap(({ object, spec }) => {
    const namespace = object.metadata.namespace ?? 'default'
    // Without types a policy is about ingress, and about egress when it has rules for it.
    const types = spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])]
    const binds =
      namespace === pod.namespace &&
      types.includes(direction) &&
      selects(spec.podSelector, pod.labels)
    return binds ? { namespace, spec } : []
  })
}

/** No peers, or none left of them, mean anyone. */
const meetsPeers = (
  peers: readonly Peer[] | undefined,
  { ip, pod }: Endpoint,
  namespace: string,
): boolean => {
  if (peers === undefined || peers.length === 0) return true
  return peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock !== undefined) {
      const { cidr, except = [] } = ipBlock
      return isWithin(ip, cidr) && !except.some((excepted) => isWithin(ip, excepted))
    }
    if (pod === undefined) return false
    const isThere =
      namespaceSelector === undefined
        ? pod.namespace === namespace
        : selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })
    return isThere && selects(podSelector ?? {}, pod.labels)
  })
}

/** No ports mean every port. A name means the target's port of this name. */
const meetsPorts = (
  ports: readonly Port[] | undefined,
  target: Endpoint,
  port: number,
  protocol: Protocol,
): boolean => {
  if (ports === undefined || ports.length === 0) return true
  return ports.some(({ protocol: allowed = 'TCP', port: first, endPort }) => {
    if (allowed !== protocol) return false
    if (first === undefined) return true
    const number = typeof first === 'number' ? first : target.pod?.ports?.[first]
    return number !== undefined && port >= number && port <= (endPort ?? number)
  })
}

/** Whether an IPv4 address is in a block such as 10.20.0.0/28. */
export const isWithin = (ip: string, cidr: string): boolean => {
  const [base = '', bits = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  return Math.floor(asNumber(ip) / size) === Math.floor(asNumber(base) / size)
}

const asNumber = (ip: string): number =>
  ip.split('.').reduce((number, part) => number * 256 + Number(part), 0)
