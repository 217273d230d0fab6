import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { withTools } from './available.ts'
import { type Held, startFakeCluster } from './fake-cluster.ts'
import { chartOf, complaintOf } from './releases.ts'
import { FOR_CLUSTER, HELM_VERSIONS, type HelmVersion, helm } from './run-tool.ts'

/** What an upgrade makes of what the cluster has already; a plain render looks at none. */

setDefaultTimeout(60_000)

const held: Held[] = [
  {
    kind: 'ConfigMap',
    namespace: 'order',
    name: 'order-service',
    data: { TOPIC_PARTITIONS: '6' },
  },
  {
    kind: 'Secret',
    namespace: 'order',
    name: 'order-service-database-passwords',
    data: { app: btoa('the-app-has-had-it-from-the-start') },
  },
]
const cluster = startFakeCluster(held)
afterAll(() => cluster.close())

const upgrade = (version: HelmVersion, ...words: string[]) => {
  const { name, folder, namespace } = chartOf('order-service')
  const place = ['--namespace', namespace, '--kube-apiserver', cluster.url, ...FOR_CLUSTER]
  const manner = ['--is-upgrade', '--dry-run=server', '--disable-openapi-validation']
  return helm(version, 'template', name, folder, ...place, ...manner, ...words)
}

const SIX = '--set=kafka.partitions=6,kafka.partitionsConfirmed=6'

withTools('an upgrade', () => {
  describe.each([...HELM_VERSIONS])('by %s', (version) => {
    test('with another number of partitions than the release has is refused', async () => {
      const { code, errors } = await upgrade(version)
      expect(complaintOf(errors)).toContain(
        'kafka.partitions is 4, but this release was installed with 6',
      )
      expect(code).not.toBe(0)
    })
    test('with the same number passes', async () => {
      const { code, errors } = await upgrade(version, SIX)
      expect(code === 0 ? '' : complaintOf(errors)).toBe('')
    })
    test.each(['development', 'cloudnativepg'])(
      'keeps the passwords of a database of mode %s',
      async (mode) => {
        const words = [
          SIX,
          `--set=database.mode=${mode}`,
          '--set=database.passwords.app=another-one-than-before',
        ]
        const { output, errors } = await upgrade(version, ...words)
        expect(`${output}${complaintOf(errors)}`).toContain(
          'postgres://order_app:the-app-has-had-it-from-the-start@',
        )
      },
    )
  })
})
