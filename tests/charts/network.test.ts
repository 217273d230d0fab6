import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { withTools } from './available.ts'
import { address, podEndpoints, stranger } from './network.ts'
import { type Endpoint, isAllowed } from './network-policy.ts'
import type { KubeObject } from './objects.ts'
import { RELEASES, rendered } from './releases.ts'
import { HELM_VERSIONS, type HelmVersion, LONGEST_MS } from './run-tool.ts'
import type { Protocol } from './specs.ts'

/** Who may talk to whom in the whole system: the table below, and nobody else to anybody. */

setDefaultTimeout(LONGEST_MS)

const SERVICES = ['order', 'billing', 'notification']
const each = (line: (service: string) => string[]): string[] => SERVICES.flatMap(line)

/** In the set `locked-down`: a broker and databases of others, everyone named by pod. */
const LOCKED_DOWN = [
  ...each((service) => [
    `envoy-gateway-system/envoy > ${service}/service:8080`,
    `monitoring/prometheus > ${service}/service:9090`,
    `${service}/service > kafka/redpanda:9093`,
    ...['service', 'migration'].map((component) => `${service}/${component} > database:5432`),
    ...SERVICES.map((tester) => `${tester}/smoke-test > ${service}/service:8080`),
    ...asksDns(`${service}/service`, `${service}/migration`, `${service}/smoke-test`),
  ]),
  'kafka/provisioning > kafka/redpanda:9093',
  ...asksDns('kafka/provisioning'),
]

/**
 * In the set `minimal`: each service with a database pod of its own, and the development broker.
 * There the peers around the broker are namespaces, so whoever else is in one of them is let through.
 */
const MINIMAL = [
  ...each((service) => [
    `ingress/controller > ${service}/service:8080`,
    `monitoring/prometheus > ${service}/service:9090`,
    `${service}/service > kafka/broker:9092`,
    ...whereverInKafka(`${service}/service`),
    `${service}/stranger > kafka/broker:9092`,
    ...['service', 'migration'].map(
      (component) => `${service}/${component} > ${service}/database:5432`,
    ),
    ...SERVICES.map((tester) => `${tester}/smoke-test > ${service}/service:8080`),
    ...asksDns(`${service}/service`, `${service}/migration`, `${service}/smoke-test`),
  ]),
  'kafka/provisioning > kafka/broker:9092',
  'kafka/stranger > kafka/broker:9092',
  ...whereverInKafka('kafka/provisioning'),
  ...asksDns('kafka/provisioning'),
]

const OUTSIDERS = [
  stranger('kube-system', 'dns', '10.2.0.1', { 'k8s-app': 'kube-dns' }),
  stranger('kube-system', 'metrics-server', '10.2.0.2', { 'k8s-app': 'metrics-server' }),
  stranger('monitoring', 'prometheus', '10.2.0.3'),
  stranger('default', 'stranger', '10.2.0.4'),
  // The same, in the namespaces of the services and of the broker, and under a service's name.
  ...[...SERVICES, 'kafka'].map((namespace, index) =>
    stranger(namespace, 'stranger', `10.2.1.${index}`),
  ),
  stranger('default', 'billing-service', '10.2.0.5', { 'app.kubernetes.io/component': 'service' }),
  address('internet', '203.0.113.9'),
  address('api server', '10.96.0.1'),
  address('metadata of the cloud', '169.254.169.254'),
]
const PORTS = [22, 53, 80, 443, 5432, 6443, 8000, 8080, 9090, 9091, 9092, 9093, 9094, 9644]

const WORLDS = [
  {
    set: 'locked-down',
    expected: LOCKED_DOWN,
    charts: ['order-service', 'billing-service', 'notification-service', 'provisioning'],
    others: [
      ...OUTSIDERS,
      stranger('envoy-gateway-system', 'envoy', '10.2.2.1'),
      stranger('envoy-gateway-system', 'controller', '10.2.2.2'),
      stranger('monitoring', 'grafana', '10.2.2.3'),
      stranger('kafka', 'redpanda', '10.2.2.4'),
      address('database', '10.20.0.5'),
      address('neighbour of the database', '10.20.0.16'),
    ],
  },
  {
    set: 'minimal',
    expected: MINIMAL,
    charts: ['order-service', 'billing-service', 'notification-service', 'provisioning', 'kafka'],
    others: [...OUTSIDERS, stranger('ingress', 'controller', '10.2.2.1')],
  },
]

withTools('the network', () => {
  describe.each(WORLDS)('with the values $set', ({ set, charts, others, expected }) => {
    test.each(HELM_VERSIONS)(
      'lets through what is agreed and nothing else, %s',
      async (version) => {
        const objects = await objectsOf(version, set, charts)
        const own = podEndpoints(objects)
        expect(connections(objects, own, others)).toEqual([...new Set(expected)].toSorted())
      },
    )
  })

  test('the development broker, locked down, is reached by its clients alone', async () => {
    const objects = [
      ...(await objectsOf('helm4', 'locked-down', WORLDS[0]?.charts ?? [])),
      ...(await objectsOf('helm4', 'locked-down', ['kafka'])),
    ]
    const own = podEndpoints(objects)
    // Their own policies lead them to Redpanda, so only the way in is looked at.
    const policies = objects.filter(
      ({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name === 'kafka',
    )
    const found = connections(policies, own, OUTSIDERS).filter((line) =>
      /kafka\/broker:/.test(line),
    )
    const clients = [...SERVICES.map((service) => `${service}/service`), 'kafka/provisioning']
    expect(found).toEqual(clients.map((client) => `${client} > kafka/broker:9093`).toSorted())
  })
})

function asksDns(...sources: string[]): string[] {
  return sources.flatMap((source) => [
    `${source} > kube-system/dns:53`,
    `${source} > kube-system/dns:53/UDP`,
  ])
}

function whereverInKafka(source: string): string[] {
  return [9092, 9093].map((port) => `${source} > kafka/stranger:${port}`)
}

const objectsOf = async (
  version: HelmVersion,
  set: string,
  charts: readonly string[],
): Promise<KubeObject[]> => {
  const releases = RELEASES.filter(
    (release) =>
      release.version === version && release.set === set && charts.includes(release.chart.name),
  )
  expect(releases.map(({ chart }) => chart.name).toSorted()).toEqual(charts.toSorted())
  return (await Promise.all(releases.map(rendered))).flatMap(({ objects }) => objects)
}

/** All that is let through from or to a pod of ours, as lines like those of the tables. */
const connections = (
  objects: readonly KubeObject[],
  own: readonly Endpoint[],
  others: readonly Endpoint[],
): string[] => {
  const pairs = [...own, ...others].flatMap((source) =>
    [...own, ...others]
      .filter((target) => target !== source && (own.includes(source) || own.includes(target)))
      .map((target) => ({ source, target })),
  )
  const protocols: Protocol[] = ['TCP', 'UDP']
  return pairs
    .flatMap(({ source, target }) =>
      PORTS.flatMap((port) =>
        protocols
          .filter((protocol) => isAllowed(objects, source, target, port, protocol))
          .map((protocol) => lineOf(source, target, port, protocol)),
      ),
    )
    .toSorted()
}

const lineOf = (source: Endpoint, target: Endpoint, port: number, protocol: Protocol): string =>
  `${source.name} > ${target.name}:${port}${protocol === 'UDP' ? '/UDP' : ''}`
