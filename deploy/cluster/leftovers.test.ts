import { expect, test } from 'bun:test'
import type { RunCommand } from '../run-command.ts'
import { leftovers, volumesLeft } from './leftovers.ts'

/** A cluster with these objects in each namespace. */
const cluster =
  (objects: Record<string, string>): RunCommand =>
  async (words) => {
    if (words.includes('api-resources')) return 'pods\nsecrets\n'
    const namespace = words[words.indexOf('--namespace') + 1] ?? ''
    return objects[namespace] ?? ''
  }

test('what every namespace has by itself is not ours', async () => {
  const usual = 'configmap/kube-root-ca.crt\nserviceaccount/default\nevent.events.k8s.io/a.1\n'
  expect(await leftovers(cluster({ order: usual, kafka: usual }))).toEqual([])
})

test('anything else is named with its namespace', async () => {
  const objects = { billing: 'configmap/kube-root-ca.crt\njob.batch/billing-service-migration\n' }
  expect(await leftovers(cluster(objects))).toEqual([
    'billing: job.batch/billing-service-migration',
  ])
})

test('a volume counts when its claim was in a namespace of ours', async () => {
  const run: RunCommand = async () => 'kafka/pvc-1\nelsewhere/pvc-2\n'
  expect(await volumesLeft(run)).toEqual(['kafka/pvc-1'])
})
