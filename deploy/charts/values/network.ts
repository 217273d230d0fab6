import * as v from 'valibot'
import { count, flag, group, namespace, peers, value } from './kinds.ts'

const ports = v.pipe(v.array(count(1, 65_535)), v.minLength(1))

export const dns = group('Name service, which every pod may ask', {
  peers: value(
    peers,
    [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
    ],
    'Who answers',
  ),
  ports: value(ports, [53], 'On which ports, UDP and TCP'),
})

export const broker = group('The broker', {
  peers: value(peers, namespace('kafka'), 'Where it is; empty means anywhere'),
  ports: value(ports, [9092, 9093], 'On which ports'),
})

/** Whom the pods of a service may talk to; all else is denied, both ways. */
export const networkPolicyValues = group('NetworkPolicies: deny everything but these', {
  enabled: value(flag, true, 'Whether to make them'),
  ingressController: group('Who may call the API', {
    peers: value(peers, namespace('ingress'), 'The ingress controller or gateway'),
  }),
  monitoring: group('Who may read metrics', {
    peers: value(peers, namespace('monitoring'), 'The Prometheus'),
  }),
  dns,
  broker,
  collector: group('The collector of traces, where there is one', {
    peers: value(peers, namespace('monitoring'), 'Where it is; empty means anywhere'),
    ports: value(ports, [4318], 'On which ports'),
  }),
  database: group('Postgres of mode existing', {
    peers: value(peers, [], 'Where it is; empty means anywhere'),
    ports: value(ports, [5432], 'On which ports'),
  }),
  databaseOperator: group('The operator of mode cloudnativepg', {
    peers: value(peers, namespace('cnpg-system'), 'Where it is'),
  }),
  smokeTest: group('The pod of `helm test`, which calls all three services', {
    peers: value(
      peers,
      ['order', 'billing', 'notification'].map((name) => ({
        ...namespace(name)[0],
        podSelector: { matchLabels: { 'app.kubernetes.io/component': 'smoke-test' } },
      })),
      'From where it may come to this service',
    ),
    services: value(
      peers,
      ['order', 'billing', 'notification'].map((name) => ({
        ...namespace(name)[0],
        podSelector: { matchLabels: { 'app.kubernetes.io/name': `${name}-service` } },
      })),
      'Where the three services are',
    ),
  }),
})
