import { expect, test } from 'bun:test'
import { changed, example } from './example.ts'
import type { KubeObject } from './objects.ts'
import { referenceFaults } from './references.ts'

const POD = 'Deployment spec template spec'
const JOB = 'Job spec template spec'
const OUTSIDE = new Set(['order-migrator', 'certificate'])

type JobSpec = { template: { spec: { serviceAccountName: string } } }

const table: [place: string, value: unknown, fault: string][] = [
  [`${POD} serviceAccountName`, 'nobody', 'Deployment order: there is no ServiceAccount nobody'],
  [`${POD} serviceAccountName`, 'migrate', 'ServiceAccount migrate is not there in time'],
  [`${JOB} serviceAccountName`, 'order', 'ServiceAccount order is not there in time'],
  [
    'ServiceAccount:migrate metadata annotations helm.sh/hook-weight',
    '10',
    'ServiceAccount migrate is not there in time',
  ],
  [
    'ServiceAccount:migrate metadata annotations helm.sh/hook',
    'pre-install',
    'ServiceAccount migrate is not there in time',
  ],
  ['ConfigMap metadata name', 'other', 'there is no ConfigMap order'],
  ['ConfigMap metadata namespace', 'other', 'there is no ConfigMap order'],
  ['Secret metadata name', 'other', 'volume secrets: there is no Secret order-database'],
  ['Secret stringData', { uri: '' }, 'Secret order-database has no url'],
  [`${JOB} volumes 1 projected sources 0 secret name`, 'other', 'there is no Secret other'],
  [`${POD} imagePullSecrets`, [{ name: 'registry' }], 'there is no Secret registry'],
  [
    `${POD} containers 0 env 1`,
    { name: 'A', valueFrom: { secretKeyRef: { name: 'order-database', key: 'a' } } },
    'Secret order-database has no a',
  ],
  [
    `${POD} containers 0 env 1`,
    { name: 'A', valueFrom: { configMapKeyRef: { name: 'order', key: 'a' } } },
    'ConfigMap order has no a',
  ],
  [`${POD} containers 0 envFrom 1`, { secretRef: { name: 'x' } }, 'there is no Secret x'],
  ['ScaledObject spec triggers 0 authenticationRef name', 'x', 'no TriggerAuthentication x'],
  ['TriggerAuthentication spec secretTargetRef 0 key', 'x', 'Secret order-database has no x'],
  ['Ingress spec tls 0 secretName', 'x', 'Ingress order: there is no Secret x'],
]

test('in the example every name leads somewhere', () => {
  expect(referenceFaults(example(), OUTSIDE)).toEqual([])
})
test('what is outside has to be named', () => {
  expect(referenceFaults(example(), new Set())).toEqual([
    'Job migrate, volume secrets: there is no Secret order-migrator',
    'Ingress order: there is no Secret certificate',
  ])
})
test('a hook after the release finds what the release has made', () => {
  const objects = changed('Job metadata annotations helm.sh/hook', 'post-install,post-upgrade')
  const job = objects.find(({ kind }) => kind === 'Job')?.spec as JobSpec
  job.template.spec.serviceAccountName = 'order'
  expect(referenceFaults(objects, OUTSIDE)).toEqual([])
})
test('a Cluster finds its first statements', () => {
  const cluster = (key: string): KubeObject => ({
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'database', namespace: 'order' },
    spec: {
      bootstrap: {
        initdb: { postInitApplicationSQLRefs: { secretRefs: [{ name: 'order-database', key }] } },
      },
    },
  })
  expect(referenceFaults([...example(), cluster('url')], OUTSIDE)).toEqual([])
  expect(referenceFaults([...example(), cluster('sql')], OUTSIDE)).toEqual([
    'Cluster database: Secret order-database has no sql',
  ])
})
test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(referenceFaults(changed(place, value), OUTSIDE).join('\n')).toContain(fault)
})
