import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readmes } from '../../deploy/charts/values/readme.ts'
import { pathOf, withTools } from './available.ts'
import { containersOf } from './objects.ts'
import { CHARTS, complaintOf, RELEASES, rendered, template } from './releases.ts'
import { isOurs } from './restricted.ts'
import { HELM_VERSIONS, helm, LONGEST_MS } from './run-tool.ts'

/** Charts as they are handed on: packages, versions, READMEs. */

setDefaultTimeout(LONGEST_MS)

const ROOT = join(import.meta.dir, '../..')
const folder = mkdtempSync(join(tmpdir(), 'exactly-once-packages-'))
afterAll(() => rmSync(folder, { recursive: true }))

type ChartFile = {
  version: string
  appVersion: string
  dependencies?: { name: string; version: string }[]
}
const chartFile = async (path: string): Promise<ChartFile> =>
  Bun.YAML.parse(await Bun.file(join(path, 'Chart.yaml')).text()) as ChartFile
const project = (await Bun.file(join(ROOT, 'package.json')).json()) as { version: string }

/** What is random is not compared: passwords, and what is summed over them. */
const settled = (text: string): string =>
  text
    .replaceAll(/[A-Za-z0-9]{32}(?=["'@]|$)/gm, '…')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '…')
    .replaceAll(/^# Source: .*\n/gm, '')

withTools('a package', () => {
  describe.each(CHARTS.map((chart) => ({ ...chart, chart })))('of $name', ({ name, chart }) => {
    test.each([...HELM_VERSIONS])('by %s renders as its folder does', async (version) => {
      const destination = join(folder, version)
      const words = ['package', chart.folder, '--destination', destination]
      const { code, errors } = await helm(version, ...words)
      expect(code === 0 ? '' : complaintOf(errors)).toBe('')
      const archive = join(destination, `${name}-${(await chartFile(chart.folder)).version}.tgz`)
      const [packed, plain] = await Promise.all([
        template(version, { ...chart, folder: archive }),
        template(version, chart),
      ])
      expect(settled(packed.text)).toBe(settled(plain.text))
    })
  })
  test.each(RELEASES.filter(({ version }) => version === 'helm3'))(
    'is read alike by both Helms: $chart.name, $set',
    async (release) => {
      const other = RELEASES.find(
        ({ chart, set, version }) =>
          chart === release.chart && set === release.set && version === 'helm4',
      )
      const [three, four] = await Promise.all([rendered(release), rendered(other ?? release)])
      const sorted = (objects: unknown[]) =>
        objects.map((object) => settled(JSON.stringify(object))).toSorted()
      expect(sorted(four.objects)).toEqual(sorted(three.objects))
    },
  )
})

describe('versions', () => {
  test.each([...CHARTS])('of $name', async ({ name, folder: path }) => {
    const { version, appVersion, dependencies = [] } = await chartFile(path)
    const library = await chartFile(join(ROOT, 'deploy/charts/service'))
    expect(version).toBe(project.version)
    // The broker for development is not of this repository.
    if (name !== 'kafka') expect(appVersion).toBe(project.version)
    expect(dependencies.map((one) => [one.name, one.version])).toEqual([
      ['service', library.version],
    ])
  })
})

type Compose = { services: Record<string, { image?: string }> }

withTools('images', () => {
  test('of this repository have its version, wherever they come from', async () => {
    // In the set `locked-down` they are named by digest.
    const releases = RELEASES.filter(({ set }) => set !== 'locked-down')
    const objects = (await Promise.all(releases.map(rendered))).flatMap((one) => one.objects)
    const images = containersOf(objects).flatMap(({ container }) =>
      isOurs(container) ? (container.image ?? '') : [],
    )
    expect(images.filter((image) => !image.endsWith(`:${project.version}`))).toEqual([])
  })
  test('are the ones that deploy/compose.yaml runs', async () => {
    const text = await Bun.file(join(ROOT, 'deploy/compose.yaml')).text()
    const { services } = Bun.YAML.parse(text) as Compose
    // Both are the same image of Docker's registry.
    const composed = Object.values(services).map(({ image = '' }) =>
      image.replace(/^docker\.io\/(library\/)?/, ''),
    )
    const releases = RELEASES.filter(({ set }) => set === 'minimal')
    const objects = (await Promise.all(releases.map(rendered))).flatMap((one) => one.objects)
    const inCharts = new Set(containersOf(objects).map(({ container }) => container.image ?? ''))
    // The broker differs: the chart for development runs Apache Kafka.
    const expected = [...inCharts].filter((image) => !image.includes('apache/kafka:'))
    expect(
      expected.filter(
        (image) => !composed.includes(image.replace(/^docker\.io\/(library\/)?/, '')),
      ),
    ).toEqual([])
  })
})

withTools('READMEs', () => {
  test('are what helm-docs makes of the values', async () => {
    for (const { path, text } of await readmes(pathOf('helm-docs'))) {
      expect(`${path}\n${await Bun.file(join(ROOT, 'deploy', path)).text()}`).toBe(
        `${path}\n${text}`,
      )
    }
  })
})
