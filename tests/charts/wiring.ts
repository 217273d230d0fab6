import {
  type Container,
  containersOf,
  type KubeObject,
  operatedPods,
  podsOf,
  type Selector,
  selects,
} from './objects.ts'
import { specsOf } from './specs.ts'

/**
 * What is meant to meet and does not: probes and ports, Services and pods, selectors and labels,
 * autoscalers and workloads, routes and Services.
 */
export const wiringFaults = (objects: readonly KubeObject[]): string[] => [
  ...probeFaults(objects),
  ...serviceFaults(objects),
  ...selectorFaults(objects),
  ...scalerFaults(objects),
  ...routeFaults(objects),
  ...monitorFaults(objects),
]

const hasPort = ({ ports = [] }: Container, port: number | string | undefined): boolean =>
  ports.some(({ name, containerPort }) => port === name || port === containerPort)

/** Liveness must not ask for what a restart cannot mend, so it and readiness differ. */
const probeFaults = (objects: readonly KubeObject[]): string[] =>
  containersOf(objects).flatMap(({ where, container, isInit, pod }) => {
    const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe]
    const lost = probes.flatMap((probe) =>
      probe?.httpGet === undefined || hasPort(container, probe.httpGet.port)
        ? []
        : [`${where}: a probe asks port ${probe.httpGet.port}, which it does not open`],
    )
    const isServing = pod.object.kind === 'Deployment' && !isInit
    if (!isServing) return lost
    const [startup, readiness, liveness] = probes.map(portAndPath)
    const expected = ['/live on 9090', '/ready on 9090', '/live on 9090'].join(', ')
    const found = [startup, readiness, liveness]
      .map((probe) => `${probe?.path} on ${portNumber(container, probe?.port)}`)
      .join(', ')
    return found === expected ? lost : [...lost, `${where}: asked for ${found}`]
  })

const portAndPath = (probe: Container['startupProbe']) => probe?.httpGet
const portNumber = ({ ports = [] }: Container, port: number | string | undefined) =>
  ports.find(({ name }) => name === port)?.containerPort ?? port

const inNamespace = <P extends { namespace: string }>(pods: P[], object: KubeObject): P[] =>
  pods.filter(({ namespace }) => namespace === (object.metadata.namespace ?? ''))

/** All pods that a Service selects are of one workload, and each opens the ports it leads to. */
const serviceFaults = (objects: readonly KubeObject[]): string[] =>
  specsOf(objects, 'Service').flatMap(({ object, where, spec }) => {
    const matchLabels = spec.selector ?? {}
    const pods = inNamespace(podsOf(objects), object).filter(
      ({ labels }) => Object.keys(matchLabels).length > 0 && selects({ matchLabels }, labels),
    )
    if (pods.length !== 1) {
      return [`${where}: selects ${pods.map(({ owner }) => owner).join(' and ') || 'no pod'}`]
    }
    return (spec.ports ?? []).flatMap(({ port, targetPort = port }) =>
      pods[0]?.spec.containers.some((container) => hasPort(container, targetPort))
        ? []
        : [`${where}: its pod does not open ${targetPort}`],
    )
  })

type Selecting = { selector?: Selector }

const selectorFaults = (objects: readonly KubeObject[]): string[] => {
  const pods = podsOf(objects)
  const workloads = pods.flatMap(({ owner, object, labels, spec }) => {
    const { selector } = object.spec as Selecting
    const isOwn = object.kind !== 'Deployment' && object.kind !== 'StatefulSet'
    return [
      ...(isOwn || (selector !== undefined && selects(selector, labels))
        ? []
        : [`${owner}: does not select its own pods`]),
      ...(spec.topologySpreadConstraints ?? [])
        .filter(({ labelSelector = {} }) => !selects(labelSelector, labels))
        .map(() => `${owner}: spreads other pods than its own`),
    ]
  })
  const selecting = (['PodDisruptionBudget', 'NetworkPolicy'] as const).flatMap((kind) =>
    specsOf(objects, kind).flatMap(({ object, where, spec }) => {
      const selector = ('podSelector' in spec ? spec.podSelector : spec.selector) ?? {}
      return inNamespace([...pods, ...operatedPods(objects)], object).some(({ labels }) =>
        selects(selector, labels),
      )
        ? []
        : [`${where}: selects no pod`]
    }),
  )
  return [...workloads, ...selecting]
}

/** A workload that something scales must not say how many it wants, or each upgrade resets it. */
const scalerFaults = (objects: readonly KubeObject[]): string[] =>
  (['HorizontalPodAutoscaler', 'ScaledObject'] as const).flatMap((kind) =>
    specsOf(objects, kind).flatMap(({ where, spec }) => {
      const { kind: targetKind = 'Deployment', name } = spec.scaleTargetRef
      const target = specsOf(objects, targetKind).find(
        ({ object }) => object.metadata.name === name,
      )
      if (target === undefined) return [`${where}: there is no ${targetKind} ${name} to scale`]
      return target.spec.replicas === undefined ? [] : [`${where}: ${name} fixes its replicas`]
    }),
  )

const routeFaults = (objects: readonly KubeObject[]): string[] => {
  const backends = [
    ...specsOf(objects, 'Ingress').flatMap(({ where, spec }) =>
      (spec.rules ?? []).flatMap(({ http }) =>
        http.paths.map(({ backend: { service } }) => ({
          where,
          name: service.name,
          port: service.port.name ?? service.port.number,
        })),
      ),
    ),
    ...specsOf(objects, 'HTTPRoute').flatMap(({ where, spec }) =>
      spec.rules.flatMap(({ backendRefs }) =>
        backendRefs.map((backend) => ({ where, ...backend })),
      ),
    ),
  ]
  return backends.flatMap(({ where, name, port }) => {
    const service = specsOf(objects, 'Service').find(({ object }) => object.metadata.name === name)
    const isOpen = service?.spec.ports?.some((open) => open.name === port || open.port === port)
    return isOpen === true ? [] : [`${where}: there is no port ${port} of a Service ${name}`]
  })
}

/** Prometheus finds Services by their labels, and in them ports by name. */
const monitorFaults = (objects: readonly KubeObject[]): string[] =>
  specsOf(objects, 'ServiceMonitor').flatMap(({ where, spec }) => {
    const services = specsOf(objects, 'Service').filter(({ object }) =>
      selects(spec.selector, object.metadata.labels ?? {}),
    )
    return spec.endpoints.flatMap(({ port, path }) => [
      ...(services.length === 1 && services[0]?.spec.ports?.some(({ name }) => name === port)
        ? []
        : [`${where}: finds port ${port} in ${services.length} Services`]),
      ...(path === '/metrics' ? [] : [`${where}: asks for ${path}`]),
    ])
  })
