import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { environmentFaults } from './environment.ts'
import { changed, example } from './example.ts'
import type { KubeObject } from './objects.ts'

const CERTIFICATES = join(import.meta.dir, 'stand-in.pem')
const faults = (objects: KubeObject[]) =>
  environmentFaults(objects, 'order', { certificates: CERTIFICATES })

const POD = 'Deployment spec template spec'
const ENV = `${POD} containers 0 env`
const weak = 'postgres://order_app:postgres@database:5432/order'

const table: [place: string, value: unknown, fault: string][] = [
  [`${ENV} 1`, { name: 'PROT', value: '1' }, 'Deployment order, order: does not know PROT'],
  ['ConfigMap data SWEEP_AFTER', '1', 'does not know SWEEP_AFTER'],
  ['ConfigMap data TOPIC_PARTITIONS', 'many', 'TOPIC_PARTITIONS'],
  ['ConfigMap data KAFKA_BROKERS', 'kafka', 'KAFKA_BROKERS'],
  ['ConfigMap data KAFKA_BROKERS', undefined, 'KAFKA_BROKERS is left at its default'],
  ['ConfigMap data KAFKA_SASL', 'scram-sha-512', 'KAFKA_PASSWORD: is missing'],
  ['ConfigMap data KAFKA_CA_FILE', '/secrets/database/url', 'KAFKA_CA_FILE: is of no use'],
  ['ConfigMap data DATABASE_TLS', true, 'DATABASE_TLS'],
  ['ConfigMap metadata name', 'other', 'KAFKA_BROKERS is left at its default'],
  [ENV, [], 'DATABASE_URL is left at its default'],
  [`${ENV} 0 value`, '/secrets/url', 'DATABASE_URL_FILE: nothing is mounted at /secrets/url'],
  [`${POD} volumes 1 secret items 0 path`, 'url', 'nothing is mounted at /secrets/database/url'],
  [`${POD} volumes`, [], 'nothing is mounted at /secrets/database/url'],
  [`${POD} containers 0 volumeMounts`, [], 'nothing is mounted at /secrets/database/url'],
  ['Secret stringData', { uri: 'x' }, 'nothing is mounted at /secrets/database/url'],
  ['Secret stringData url', weak, 'DATABASE_URL: '],
  [`${POD} containers 0 args`, ['/app/other.js'], 'runs an unknown program'],
  [`${POD} initContainers 0 env 1`, { name: 'PORT', value: '1' }, 'migrations: does not know PORT'],
  [
    'Job spec template spec containers 0 env',
    [],
    'Job migrate, migrate: the environment is not usable:\n  DATABASE_URL: is missing',
  ],
]

test('the example’s programs start', () => expect(faults(example())).toEqual([]))

test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(faults(changed(place, value)).join('\n')).toContain(fault)
})
