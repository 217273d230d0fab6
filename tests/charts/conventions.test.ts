import { expect, test } from 'bun:test'
import { conventionFaults } from './conventions.ts'
import { changed, example } from './example.ts'

const CONTAINER = 'Deployment spec template spec containers 0'
const LABELS = 'Deployment metadata labels'
const faults = (objects: ReturnType<typeof example>) => conventionFaults(objects, 'order')

const table: [place: string, value: unknown, fault: string][] = [
  ['Service kind', 'Role', 'Role order: gives rights'],
  ['Service kind', 'ClusterRoleBinding', 'ClusterRoleBinding order: gives rights'],
  ['Service kind', 'Namespace', 'for the whole cluster'],
  ['Service metadata namespace', 'default', 'Service order: is in default'],
  ['Service metadata namespace', undefined, 'Service order: is in undefined'],
  ['Service metadata name', 'x'.repeat(64), 'has too long a name'],
  ['Service metadata name', 'Order_1', 'is no name of a host'],
  ['ConfigMap kind', 'Service', 'Service order in order: is there twice'],
  [`${LABELS} app.kubernetes.io/name`, undefined, 'Deployment order: has no label app.kub'],
  [`${LABELS} app.kubernetes.io/part-of`, 'shop', 'Deployment order: is part of shop'],
  [`${LABELS} a`, 'x'.repeat(64), 'has too long a label a'],
  ['ServiceAccount automountServiceAccountToken', undefined, 'ServiceAccount order: hands out'],
  [
    'Deployment spec selector matchLabels app.kubernetes.io/version',
    '1.2.3',
    'Deployment order: selects by app.kubernetes.io/version',
  ],
  [`${CONTAINER} image`, 'exactly-once/order', 'Deployment order, order: image exactly-once/order'],
  [`${CONTAINER} image`, 'registry:5000/order', 'has no tag'],
  [`${CONTAINER} image`, 'exactly-once/order:latest', 'whatever is latest'],
  [`${CONTAINER} image`, 'docker.io/bitnamilegacy/postgresql:16', 'is retired'],
  [`${CONTAINER} image`, 'k8s.gcr.io/pause:3.2', 'is retired'],
  [`${CONTAINER} image`, undefined, 'has no tag'],
  [`${CONTAINER} imagePullPolicy`, 'Always', 'pulls Always'],
]

test('the example is as agreed', () => expect(faults(example())).toEqual([]))

test('an image may be named by its digest', () => {
  const image = `registry:5000/exactly-once/order@sha256:${'a'.repeat(64)}`
  expect(faults(changed(`${CONTAINER} image`, image))).toEqual([])
})
test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(faults(changed(place, value)).join('\n')).toContain(fault)
})
