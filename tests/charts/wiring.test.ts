import { expect, test } from 'bun:test'
import { changed, example } from './example.ts'
import { wiringFaults } from './wiring.ts'

const TEMPLATE = 'Deployment spec template'
const CONTAINER = `${TEMPLATE} spec containers 0`
const NAME = 'app.kubernetes.io/name'

const table: [place: string, value: unknown, fault: string][] = [
  [`${CONTAINER} startupProbe httpGet port`, 'oops', 'Deployment order, order: a probe asks port'],
  [`${CONTAINER} startupProbe`, undefined, 'asked for undefined on undefined'],
  [`${CONTAINER} readinessProbe httpGet path`, '/live', 'asked for'],
  [`${CONTAINER} livenessProbe httpGet path`, '/ready', 'asked for'],
  [`${CONTAINER} livenessProbe httpGet port`, 'http', 'asked for'],
  [`${CONTAINER} ports`, [], 'Service order: its pod does not open http'],
  [`${CONTAINER} ports 1 containerPort`, 9091, 'its pod does not open 9090'],
  ['Service spec ports 0 targetPort', 'web', 'its pod does not open web'],
  ['Service spec selector', {}, 'Service order: selects no pod'],
  [`Service spec selector ${NAME}`, 'other', 'Service order: selects no pod'],
  ['Service spec selector app.kubernetes.io/component', undefined, 'Deployment order'],
  ['Service metadata namespace', 'other', 'Service order: selects no pod'],
  [`${TEMPLATE} metadata labels ${NAME}`, 'other', 'Deployment order: does not select its own'],
  [`Deployment spec selector matchLabels ${NAME}`, 'other', 'does not select its own pods'],
  [
    `${TEMPLATE} spec topologySpreadConstraints 0 labelSelector matchLabels ${NAME}`,
    'other',
    'spreads other pods',
  ],
  [`PodDisruptionBudget spec selector matchLabels ${NAME}`, 'x', 'Budget order: selects no pod'],
  ['NetworkPolicy spec podSelector matchLabels a', 'b', 'NetworkPolicy order: selects no pod'],
  ['HorizontalPodAutoscaler spec scaleTargetRef name', 'x', 'there is no Deployment x to scale'],
  ['HorizontalPodAutoscaler spec scaleTargetRef kind', 'StatefulSet', 'no StatefulSet order'],
  ['ScaledObject spec scaleTargetRef name', 'x', 'ScaledObject order: there is no Deployment x'],
  ['Deployment spec replicas', 2, 'order fixes its replicas'],
  [
    'Ingress spec rules 0 http paths 0 backend service name',
    'x',
    'Ingress order: there is no port',
  ],
  ['Ingress spec rules 0 http paths 0 backend service port name', 'x', 'no port x'],
  ['HTTPRoute spec rules 0 backendRefs 0 name', 'x', 'HTTPRoute order: there is no port 80'],
  ['HTTPRoute spec rules 0 backendRefs 0 port', 8080, 'no port 8080'],
  ['ServiceMonitor spec endpoints 0 port', 'http-metrics', 'finds port http-metrics in 1'],
  ['ServiceMonitor spec endpoints 0 path', '/', 'asks for /'],
  [`ServiceMonitor spec selector matchLabels ${NAME}`, 'x', 'finds port ops in 0 Services'],
]

test('in the example all meet', () => expect(wiringFaults(example())).toEqual([]))

test('an operator’s pods can be selected by the labels that they inherit', () => {
  const objects = changed('PodDisruptionBudget spec selector matchLabels', { a: 'b' })
  const metadata = { name: 'database', namespace: 'order' }
  const spec = { inheritedMetadata: { labels: { a: 'b' } } }
  const cluster = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata, spec }
  expect(wiringFaults(objects)).toEqual(['PodDisruptionBudget order: selects no pod'])
  expect(wiringFaults([...objects, cluster])).toEqual([])
})
test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(wiringFaults(changed(place, value)).join('\n')).toContain(fault)
})
