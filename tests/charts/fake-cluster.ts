/** As much of a Kubernetes API as Helm asks for when it renders and looks up what is there. */

export type Held = {
  kind: 'ConfigMap' | 'Secret'
  namespace: string
  name: string
  data: Record<string, string>
}

export type FakeCluster = { url: string; close: () => Promise<void> }

/** A cluster that has these objects and no others. */
export const startFakeCluster = (held: readonly Held[]): FakeCluster => {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      const { pathname } = new URL(request.url)
      const body = GENERAL.get(pathname) ?? objectAt(pathname, held)
      return body === undefined ? Response.json(NOT_FOUND, { status: 404 }) : Response.json(body)
    },
  })
  return { url: server.url.href, close: () => server.stop(true) }
}

const objectAt = (pathname: string, held: readonly Held[]): object | undefined => {
  const found = held.find(
    ({ kind, namespace, name }) =>
      pathname === `/api/v1/namespaces/${namespace}/${plural(kind)}/${name}`,
  )
  if (found === undefined) return undefined
  const { kind, namespace, name, data } = found
  return { apiVersion: 'v1', kind, metadata: { name, namespace }, data }
}

const NOT_FOUND = {
  apiVersion: 'v1',
  kind: 'Status',
  status: 'Failure',
  reason: 'NotFound',
  code: 404,
}

/** The kinds that a release has, by group and version; Helm 4 asks where each of them is. */
const KINDS = {
  v1: ['ConfigMap', 'Secret', 'Service', 'ServiceAccount', 'Pod'],
  'apps/v1': ['Deployment', 'StatefulSet'],
  'batch/v1': ['Job'],
  'networking.k8s.io/v1': ['NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'postgresql.cnpg.io/v1': ['Cluster'],
}

const plural = (kind: string): string => {
  const word = kind.toLowerCase()
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`
}

const groups = Object.keys(KINDS).flatMap((groupVersion) => {
  const [name, version] = groupVersion.split('/')
  if (version === undefined) return []
  const versions = [{ groupVersion, version }]
  return { name, versions, preferredVersion: versions[0] }
})

const GENERAL = new Map<string, object>([
  ['/version', { major: '1', minor: '36', gitVersion: 'v1.36.3' }],
  ['/api', { kind: 'APIVersions', versions: ['v1'] }],
  ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups }],
  ...Object.entries(KINDS).map(
    ([groupVersion, kinds]) =>
      [
        groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`,
        {
          kind: 'APIResourceList',
          apiVersion: 'v1',
          groupVersion,
          resources: kinds.map((kind) => ({
            name: plural(kind),
            singularName: kind.toLowerCase(),
            kind,
            namespaced: true,
            verbs: ['get', 'list', 'create'],
          })),
        },
      ] as const,
  ),
])
