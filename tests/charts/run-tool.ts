import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from './available.ts'

export type HelmVersion = 'helm3' | 'helm4'
export const HELM_VERSIONS: readonly HelmVersion[] = ['helm3', 'helm4']

export type Outcome = { code: number; output: string; errors: string }

/** A render takes a fraction of a second; what takes this long hangs. */
const DEADLINE_MS = 60_000
/** For a test, which waits in the queue with all the others. */
export const LONGEST_MS = 240_000
/** The cluster that one imagines; built from source, Helm 3 would imagine a very old one. */
const KUBERNETES = 'v1.36.3'

/** Plugins, repositories and clusters of the user have no say in the tests. */
const environment = (home: string) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  HELM_CACHE_HOME: home,
  HELM_CONFIG_HOME: home,
  HELM_DATA_HOME: home,
  KUBECONFIG: '/dev/null',
})

export const helm = (version: HelmVersion, ...words: string[]): Promise<Outcome> =>
  queued(() => runTool([pathOf(version), ...words]))

/** As `helm template` and `helm lint` take it, for the imagined cluster. */
export const FOR_CLUSTER = ['--kube-version', KUBERNETES]

export const kubeconform = (manifests: string, schemas: readonly string[]): Promise<Outcome> =>
  queued(() =>
    runTool(
      [
        pathOf('kubeconform'),
        '-strict',
        '-summary',
        ...schemas.flatMap((schema) => ['-schema-location', schema]),
        '-',
      ],
      manifests,
    ),
  )

export const helmDocs = (...words: string[]): Promise<Outcome> =>
  queued(() => runTool([pathOf('helm-docs'), ...words]))

const runTool = async (command: string[], input = ''): Promise<Outcome> => {
  const home = await mkdtemp(join(tmpdir(), 'exactly-once-helm-'))
  try {
    const child = Bun.spawn(command, {
      env: environment(home),
      stdin: new Blob([input]),
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: DEADLINE_MS,
    })
    const [output, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    return { code, output, errors }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** As many at once as there are cores; more would only make each slower. */
let free = availableParallelism()
const waiting: (() => void)[] = []
const queued = async <T>(run: () => Promise<T>): Promise<T> => {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await run()
  } finally {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
}
