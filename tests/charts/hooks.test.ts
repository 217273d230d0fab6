import { expect, test } from 'bun:test'
import { changed, example } from './example.ts'
import { hookFaults, isHookBefore } from './hooks.ts'

const HOOK = 'Job metadata annotations'
const POD = 'Deployment spec template spec'

const table: [place: string, value: unknown, fault: string][] = [
  [`${HOOK} helm.sh/hook-delete-policy`, undefined, 'Job migrate: its delete policy lacks before'],
  [`${HOOK} helm.sh/hook-delete-policy`, 'before-hook-creation', 'lacks hook-succeeded'],
  [`${HOOK} helm.sh/hook-delete-policy`, 'hook-succeeded', 'lacks before-hook-creation'],
  [`${HOOK} helm.sh/hook`, 'post-install', 'not before install and upgrade'],
  [`${HOOK} helm.sh/hook`, 'pre-install', 'not before install and upgrade'],
  ['Job spec template spec containers', [], 'by 0 containers'],
  ['Job spec template spec containers 0 args 1', '--await', 'by 0 containers'],
  [`${POD} initContainers`, [], 'Deployment order, order: does not wait'],
  [`${POD} initContainers 0 args`, ['/app/migrate.js'], 'by 2 containers'],
  [`${POD} initContainers 0 image`, 'exactly-once/order:1', 'not of the same image'],
]

test('the example migrates first and leaves nothing', () => {
  expect(hookFaults(example())).toEqual([])
})
test('a migration may be a Job of the release, for which the pods wait', () => {
  expect(hookFaults(changed(HOOK, undefined))).toEqual([])
})
test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(hookFaults(changed(place, value)).join('\n')).toContain(fault)
})

const order: [earlier: [string, string], later: [string, string], answer: boolean][] = [
  [['pre-install,pre-upgrade', '-10'], ['pre-install,pre-upgrade', '0'], true],
  [['pre-install,pre-upgrade', '-10'], ['pre-install', '0'], true],
  [['pre-install', '-10'], ['pre-install,pre-upgrade', '0'], false],
  [['pre-install,pre-upgrade', '0'], ['pre-install,pre-upgrade', '0'], false],
  [['post-install', '-10'], ['pre-install', '0'], false],
]
test.each(order)('the hook %j is there for the hook %j: %p', (earlier, later, answer) => {
  const hook = ([event, weight]: [string, string]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', annotations: { 'helm.sh/hook': event, 'helm.sh/hook-weight': weight } },
  })
  expect(isHookBefore(hook(earlier), hook(later))).toBe(answer)
})
