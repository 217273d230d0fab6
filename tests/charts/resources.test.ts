import { expect, test } from 'bun:test'
import { changed, example } from './example.ts'
import { resourceFaults } from './resources.ts'

const RESOURCES = 'Deployment spec template spec containers 0 resources'

const table: [place: string, value: unknown, fault: string][] = [
  [RESOURCES, undefined, 'Deployment order, order: no request of CPU'],
  [`${RESOURCES} requests cpu`, undefined, 'no request of CPU'],
  [`${RESOURCES} requests memory`, undefined, 'no request of memory'],
  [`${RESOURCES} limits`, undefined, 'limit of memory'],
  [`${RESOURCES} limits memory`, '1Gi', 'limit of memory'],
  ['Deployment spec template spec initContainers 0 resources', {}, 'await-migrations: no request'],
  ['Job spec template spec containers 0 resources', {}, 'Job migrate, migrate: no request'],
]

test('the example reserves what it takes', () => expect(resourceFaults(example())).toEqual([]))

test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(resourceFaults(changed(place, value)).join('\n')).toContain(fault)
})
