import type { Step } from '../local/steps.ts'
import type { RunCommand } from '../run-command.ts'
import { DATABASE_NAMESPACE, NAMESPACES } from './names.ts'
import type { ClusterOptions } from './options.ts'
import { postgresManifests } from './postgres.ts'
import { lockedDownSecrets, type Manifest, makePasswords } from './secrets.ts'
import { STAND_INS } from './stand-ins.ts'

const POSTGRES_IMAGE = 'docker.io/library/postgres:18.4'
const DEADLINE_MS = 240_000

/** What somebody else provides before a locked-down installation: secrets, and a Postgres. */
export const lockDown = (run: RunCommand, { standIns }: ClusterOptions): Step[] => [
  {
    title: 'locked-down: certificates, users and passwords',
    run: async () => {
      const secrets = await lockedDownSecrets(makePasswords())
      await apply(run, [NAMESPACE, ...secrets])
      return `${secrets.length} secrets`
    },
  },
  {
    title: 'locked-down: Postgres with TLS, a database and three roles for each service',
    run: async () => {
      const { repository, tag } = STAND_INS.postgres
      const image = standIns ? `${repository}:${tag}` : POSTGRES_IMAGE
      await apply(run, postgresManifests(image))
      await run(
        'kubectl rollout status statefulset/postgres -n postgres --timeout=220s'.split(' '),
        { deadlineMs: DEADLINE_MS },
      )
      return image
    },
  },
]

/** Takes back what `lockDown` provided, in the namespaces of the trial and nowhere else. */
export const unlock = (run: RunCommand): Step[] => [
  {
    title: 'locked-down: secrets and Postgres removed',
    run: async () => {
      await run(`kubectl delete namespace ${DATABASE_NAMESPACE} --ignore-not-found`.split(' '), {
        deadlineMs: DEADLINE_MS,
      })
      const selector = '--selector=app.kubernetes.io/part-of=exactly-once'
      for (const namespace of NAMESPACES) {
        await run(['kubectl', 'delete', 'secrets', '--namespace', namespace, selector])
      }
      return `in ${[DATABASE_NAMESPACE, ...NAMESPACES].join(', ')}`
    },
  },
]

const apply = (run: RunCommand, manifests: readonly unknown[]): Promise<string> =>
  run(['kubectl', 'apply', '--filename=-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
  })

const NAMESPACE = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: DATABASE_NAMESPACE,
    labels: {
      'app.kubernetes.io/part-of': 'exactly-once',
      'pod-security.kubernetes.io/enforce': 'restricted',
    },
  },
} satisfies Omit<Manifest, 'metadata'> & { metadata: object }
