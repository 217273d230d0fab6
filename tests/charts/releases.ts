import { basename, dirname, join } from 'node:path'
import { missing } from './available.ts'
import type { KubeObject } from './objects.ts'
import { FOR_CLUSTER, HELM_VERSIONS, type HelmVersion, helm } from './run-tool.ts'

/** Charts, their sets of values, and what each Helm makes of them: every one rendered once. */

const ROOT = join(import.meta.dir, '../..')

export type Chart = {
  /** As the release is called, too: `order-service`. */
  name: string
  folder: string
  /** Where the README installs it. */
  namespace: string
  /** `order` of `order-service`; undefined for what is no service. */
  service: 'order' | 'billing' | 'notification' | undefined
}

const SERVICES = ['order', 'billing', 'notification'] as const

export const CHARTS: readonly Chart[] = [
  ...new Bun.Glob('deploy/{charts,platform}/*/Chart.yaml').scanSync(ROOT),
]
  // The library is part of each and no chart of its own.
  .filter((file) => file !== 'deploy/charts/service/Chart.yaml')
  .toSorted()
  .map((file) => {
    const name = basename(dirname(file))
    const service = SERVICES.find((word) => name === `${word}-service`)
    return { name, folder: join(ROOT, dirname(file)), namespace: service ?? 'kafka', service }
  })

export const chartOf = (name: string): Chart => {
  const chart = CHARTS.find((one) => one.name === name)
  if (chart === undefined) throw new Error(`there is no chart ${name}`)
  return chart
}

export type Release = {
  title: string
  chart: Chart
  /** `minimal`, `production`, … */
  set: string
  valuesFile: string
  version: HelmVersion
}

/** What the charts bring, and for the services what nobody needs at once but all must fit. */
const valuesFilesOf = ({ folder, service }: Chart): string[] => [
  ...[...new Bun.Glob('ci/*-values.yaml').scanSync(folder)].map((file) => join(folder, file)),
  ...(service === undefined
    ? []
    : ['bare', 'own-names', 'operators'].map((set) =>
        join(import.meta.dir, `values/${set}-values.yaml`),
      )),
]

export const RELEASES: readonly Release[] = CHARTS.flatMap((chart) =>
  valuesFilesOf(chart)
    .toSorted()
    .flatMap((valuesFile) =>
      HELM_VERSIONS.map((version) => {
        const set = basename(valuesFile, '-values.yaml')
        const title = `${chart.name}, ${set}, ${version}`
        return { title, chart, set, valuesFile, version }
      }),
    ),
)

export type Rendered = { text: string; objects: KubeObject[] }

/** What `helm template` says, hooks included. Throws with Helm's complaint. */
export const template = async (
  version: HelmVersion,
  { name, folder, namespace }: Chart,
  ...words: string[]
): Promise<Rendered> => {
  const place = ['--namespace', namespace, ...FOR_CLUSTER]
  const { code, output, errors } = await helm(version, 'template', name, folder, ...place, ...words)
  if (code !== 0) throw new Error(complaintOf(errors))
  const objects = [Bun.YAML.parse(output)].flat().filter((object) => object !== null)
  return { text: output, objects: objects as KubeObject[] }
}

/** Helm tells of each symbolic link that it followed; that is no complaint. */
export const complaintOf = (errors: string): string =>
  errors
    .split('\n')
    .filter((line) => !/found symbolic link/.test(line))
    .join('\n')
    .trim()

const renders = new Map(
  missing === undefined
    ? RELEASES.map(({ title, version, chart, valuesFile }) => {
        const render = template(version, chart, '--values', valuesFile)
        // A failure is told by the test that waits for it.
        render.catch(() => undefined)
        return [title, render] as const
      })
    : [],
)

/** The objects of a release, rendered in the background since the tests began. */
export const rendered = async ({ title }: Release): Promise<Rendered> => {
  const render = renders.get(title)
  if (render === undefined) throw new Error(`nothing rendered ${title}`)
  return render
}

/**
 * Secrets that are there without the release: whatever is called so in its values, and those that
 * CloudNativePG makes for a Cluster.
 */
export const outsideSecrets = async (
  { valuesFile }: Release,
  objects: readonly KubeObject[],
): Promise<Set<string>> => {
  const found = new Set(
    objects
      .filter(({ kind }) => kind === 'Cluster')
      .flatMap(({ metadata }) => [`${metadata.name}-app`, `${metadata.name}-ca`]),
  )
  const search = (value: unknown, isSecret: boolean): void => {
    if (typeof value === 'string' && isSecret) found.add(value)
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) search(inner, isSecret || /secret/i.test(key))
  }
  search(Bun.YAML.parse(await Bun.file(valuesFile).text()), false)
  return found
}
