import { type KubeObject, nameOf, type Selector } from './objects.ts'

/** What the checks read of the specs of the kinds that make no pods. */
export type Specs = {
  Service: {
    selector?: Record<string, string>
    ports?: { name?: string; port: number; targetPort?: number | string }[]
  }
  Deployment: { replicas?: number }
  StatefulSet: { replicas?: number }
  HorizontalPodAutoscaler: {
    scaleTargetRef: ScaleTarget
    minReplicas?: number
    maxReplicas: number
  }
  ScaledObject: {
    scaleTargetRef: ScaleTarget
    triggers?: { authenticationRef?: { name: string } }[]
  }
  Cluster: {
    bootstrap?: {
      initdb?: { postInitApplicationSQLRefs?: { secretRefs?: { name: string; key: string }[] } }
    }
  }
  TriggerAuthentication: { secretTargetRef?: { name: string; key: string }[] }
  PodDisruptionBudget: { selector?: Selector }
  NetworkPolicy: NetworkPolicySpec
  Ingress: {
    tls?: { secretName: string }[]
    rules?: { host?: string; http: { paths: { path: string; backend: IngressBackend }[] } }[]
  }
  HTTPRoute: {
    hostnames?: string[]
    rules: {
      matches?: { path: { type: string; value: string } }[]
      backendRefs: { name: string; port: number }[]
    }[]
  }
  ServiceMonitor: { selector: Selector; endpoints: { port?: string; path?: string }[] }
}

type ScaleTarget = { kind?: 'Deployment' | 'StatefulSet'; name: string }
type IngressBackend = { service: { name: string; port: { name?: string; number?: number } } }

export type Protocol = 'TCP' | 'UDP'

export type NetworkPolicySpec = {
  podSelector: Selector
  policyTypes?: ('Ingress' | 'Egress')[]
  ingress?: Rule[]
  egress?: Rule[]
}
type Rule = { from?: Peer[]; to?: Peer[]; ports?: Port[] }
export type Peer = {
  podSelector?: Selector
  namespaceSelector?: Selector
  ipBlock?: { cidr: string; except?: string[] }
}
export type Port = { protocol?: Protocol; port?: number | string; endPort?: number }

/** All objects of one kind, with what names them in faults and with their specs. */
export const specsOf = <K extends keyof Specs>(
  objects: readonly KubeObject[],
  kind: K,
): { object: KubeObject; where: string; spec: Specs[K] }[] =>
  objects
    .filter((object) => object.kind === kind)
    .map((object) => ({ object, where: nameOf(object), spec: object.spec as Specs[K] }))
