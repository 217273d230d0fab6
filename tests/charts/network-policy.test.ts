import { describe, expect, test } from 'bun:test'
import { type Endpoint, isAllowed, isWithin } from './network-policy.ts'
import type { NetworkPolicySpec as PolicySpec } from './specs.ts'

const pod = (namespace: string, app: string, ip: string): Endpoint => ({
  name: `${namespace}/${app}`,
  ip,
  pod: { namespace, labels: { app }, ports: { http: 8080 } },
})
const web = pod('shop', 'web', '10.0.0.1')
const api = pod('shop', 'api', '10.0.0.2')
const spy = pod('other', 'api', '10.0.0.3')
const internet: Endpoint = { name: 'internet', ip: '203.0.113.9' }

/** Policies of the namespace `shop`. */
const policies = (...specs: PolicySpec[]) =>
  specs.map((spec, index) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace: 'shop' },
    spec,
  }))

const ofWeb = { podSelector: { matchLabels: { app: 'web' } } }
const ofAll = { podSelector: {} }
const inShop = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }
const fromApi = { podSelector: { matchLabels: { app: 'api' } } }
const anywhere = { namespaceSelector: {} }
const tcp = (port: number | string) => [{ protocol: 'TCP' as const, port }]

type Row = [
  what: string,
  specs: PolicySpec[],
  source: Endpoint,
  target: Endpoint,
  port: number,
  protocol: 'TCP' | 'UDP',
  answer: boolean,
]
const table: Row[] = [
  ['no policy, all is open', [], internet, web, 80, 'TCP', true],
  ['a policy of others does not bind', [{ ...ofWeb, ingress: [] }], web, api, 80, 'TCP', true],
  ['selected, no rule', [{ ...ofWeb, ingress: [] }], api, web, 80, 'TCP', false],
  ['selected, no rules at all', [ofWeb], api, web, 80, 'TCP', false],
  ['without types egress stays open', [ofWeb], web, internet, 443, 'TCP', true],
  [
    'without types an egress rule closes it',
    [{ ...ofWeb, egress: [] }],
    web,
    api,
    80,
    'TCP',
    false,
  ],
  [
    'only egress leaves ingress open',
    [{ ...ofWeb, policyTypes: ['Egress'] }],
    api,
    web,
    1,
    'TCP',
    true,
  ],
  [
    'deny all of a namespace',
    [{ ...ofAll, policyTypes: ['Ingress', 'Egress'] }],
    web,
    api,
    80,
    'TCP',
    false,
  ],
  ['an empty rule means anyone', [{ ...ofWeb, ingress: [{}] }], internet, web, 80, 'TCP', true],
  [
    'an empty list of peers means anyone',
    [{ ...ofWeb, ingress: [{ from: [] }] }],
    internet,
    web,
    80,
    'TCP',
    true,
  ],
  [
    'pods alone are those of the policy’s namespace',
    [{ ...ofWeb, ingress: [{ from: [fromApi] }] }],
    api,
    web,
    80,
    'TCP',
    true,
  ],
  [
    'pods alone are not those elsewhere',
    [{ ...ofWeb, ingress: [{ from: [fromApi] }] }],
    spy,
    web,
    80,
    'TCP',
    false,
  ],
  [
    'pods and namespace in one peer',
    [{ ...ofWeb, ingress: [{ from: [{ ...inShop, ...fromApi }] }] }],
    spy,
    web,
    80,
    'TCP',
    false,
  ],
  [
    'pods and namespace as two peers',
    [{ ...ofWeb, ingress: [{ from: [anywhere, fromApi] }] }],
    spy,
    web,
    80,
    'TCP',
    true,
  ],
  [
    'every namespace is not the internet',
    [{ ...ofWeb, ingress: [{ from: [anywhere] }] }],
    internet,
    web,
    80,
    'TCP',
    false,
  ],
  [
    'a block of addresses',
    [{ ...ofWeb, egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] }],
    web,
    internet,
    80,
    'TCP',
    true,
  ],
  [
    'a block with an exception',
    [
      {
        ...ofWeb,
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.8/31'] } }] }],
      },
    ],
    web,
    internet,
    80,
    'TCP',
    false,
  ],
  ['another port', [{ ...ofWeb, ingress: [{ ports: tcp(80) }] }], api, web, 81, 'TCP', false],
  ['another protocol', [{ ...ofWeb, ingress: [{ ports: tcp(80) }] }], api, web, 80, 'UDP', false],
  [
    'TCP where none is said',
    [{ ...ofWeb, ingress: [{ ports: [{ port: 80 }] }] }],
    api,
    web,
    80,
    'TCP',
    true,
  ],
  ['a named port', [{ ...ofWeb, ingress: [{ ports: tcp('http') }] }], api, web, 8080, 'TCP', true],
  [
    'an unknown named port',
    [{ ...ofWeb, ingress: [{ ports: tcp('ops') }] }],
    api,
    web,
    9090,
    'TCP',
    false,
  ],
  [
    'a range of ports',
    [{ ...ofWeb, ingress: [{ ports: [{ port: 80, endPort: 90 }] }] }],
    api,
    web,
    85,
    'TCP',
    true,
  ],
  [
    'beyond a range of ports',
    [{ ...ofWeb, ingress: [{ ports: [{ port: 80, endPort: 90 }] }] }],
    api,
    web,
    91,
    'TCP',
    false,
  ],
  [
    'what one policy allows is allowed',
    [
      { ...ofAll, ingress: [] },
      { ...ofWeb, ingress: [{}] },
    ],
    api,
    web,
    80,
    'TCP',
    true,
  ],
  [
    'peer and port in different rules do not add up',
    [
      {
        ...ofWeb,
        ingress: [
          { from: [fromApi], ports: tcp(80) },
          { from: [anywhere], ports: tcp(81) },
        ],
      },
    ],
    spy,
    web,
    80,
    'TCP',
    false,
  ],
  [
    'let out, but not in',
    [{ podSelector: { matchLabels: { app: 'api' } }, egress: [{}] }, ofWeb],
    api,
    web,
    80,
    'TCP',
    false,
  ],
]

describe('a connection', () => {
  test.each(table)('%s', (_what, specs, source, target, port, protocol, answer) => {
    expect(isAllowed(policies(...specs), source, target, port, protocol)).toBe(answer)
  })
})

test.each([
  ['10.20.0.15', '10.20.0.0/28', true],
  ['10.20.0.16', '10.20.0.0/28', false],
  ['203.0.113.9', '0.0.0.0/0', true],
  ['10.0.0.1', '10.0.0.1/32', true],
  ['255.255.255.255', '128.0.0.0/1', true],
])('%s within %s: %p', (ip, cidr, answer) => {
  expect(isWithin(ip, cidr)).toBe(answer)
})
