import { expect, test } from 'bun:test'
import { changed, example } from './example.ts'
import { secrecyFaults } from './secrecy.ts'

const CONTAINER = 'Deployment spec template spec containers 0'
const URL = 'postgres://order_app:sixteen-letters-@database/order'

const table: [place: string, value: unknown, fault: string][] = [
  ['ConfigMap data DATABASE_URL', URL, 'ConfigMap order: DATABASE_URL holds a secret'],
  ['ConfigMap data ADDRESS', URL, 'ADDRESS holds a secret'],
  ['ConfigMap data KAFKA_PASSWORD', 'sesame', 'KAFKA_PASSWORD holds a secret'],
  ['ConfigMap data key.pem', '-----BEGIN EC PRIVATE KEY-----', 'key.pem holds a secret'],
  [`${CONTAINER} env 0`, { name: 'KAFKA_PASSWORD', value: 'sesame' }, 'order, order: KAFKA_PASS'],
  [`${CONTAINER} env 0`, { name: 'ADDRESS', value: URL }, 'ADDRESS holds a secret'],
  [
    `${CONTAINER} env 0`,
    { name: 'KAFKA_PASSWORD', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
    'takes a secret into the environment',
  ],
  [`${CONTAINER} envFrom 1`, { secretRef: { name: 'a' } }, 'takes a whole Secret'],
  [`${CONTAINER} args`, ['/app/main.js', URL], 'an argument holds a secret'],
  [`${CONTAINER} command`, ['psql', URL], 'an argument holds a secret'],
  ['Deployment metadata annotations', { database: URL }, 'Deployment order: holds a secret'],
]

test('the example keeps its secrets', () => expect(secrecyFaults(example())).toEqual([]))

test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(secrecyFaults(changed(place, value)).join('\n')).toContain(fault)
})
