import { expect, test } from 'bun:test'
import { contractFaults } from './contract.ts'
import { changed, example } from './example.ts'

const table: [place: string, value: unknown, fault: string][] = [
  [
    'Ingress spec rules 0 host',
    'shop.example',
    'Ingress order: leads from shop.example/order-service instead of arch.homework/order-service',
  ],
  ['Ingress spec rules 0 http paths 0 path', '/', 'Ingress order: leads from arch.homework/ '],
  ['HTTPRoute spec hostnames', ['arch.homework', '*.example'], 'HTTPRoute order: leads from *'],
  ['HTTPRoute spec rules 0 matches 0 path value', '/order', 'leads from arch.homework/order '],
  ['Deployment spec template spec terminationGracePeriodSeconds', 10, 'is killed after 10 s'],
  ['Deployment spec template spec terminationGracePeriodSeconds', undefined, 'after 0 s'],
  ['ConfigMap data STOP_LINGER_MS', '0', 'Deployment order, order: stops before load balancers'],
  ['ConfigMap data STOP_LINGER_MS', undefined, 'stops before load balancers know'],
]

test('the example keeps the contract', () => {
  expect(contractFaults(example(), 'order')).toEqual([])
})
test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(contractFaults(changed(place, value), 'order').join('\n')).toContain(fault)
})
