import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { SCHEMA_FILE } from '../../deploy/tools/schemas.ts'
import { pathOf, withTools } from './available.ts'
import { contractFaults } from './contract.ts'
import { conventionFaults } from './conventions.ts'
import { environmentFaults } from './environment.ts'
import { hookFaults } from './hooks.ts'
import type { KubeObject } from './objects.ts'
import { referenceFaults } from './references.ts'
import {
  CHARTS,
  complaintOf,
  outsideSecrets,
  RELEASES,
  type Release,
  rendered,
} from './releases.ts'
import { resourceFaults } from './resources.ts'
import { restrictedFaults } from './restricted.ts'
import { FOR_CLUSTER, helm, kubeconform, LONGEST_MS } from './run-tool.ts'
import { secrecyFaults } from './secrecy.ts'
import { wiringFaults } from './wiring.ts'

/** Every chart with every set of values, as Helm 3 and Helm 4 render it. */

setDefaultTimeout(LONGEST_MS)

type Check = (objects: KubeObject[], release: Release) => string[] | Promise<string[]>

const CERTIFICATES = join(import.meta.dir, 'stand-in.pem')

const CHECKS: Record<string, Check> = {
  'meets the restricted profile and more': restrictedFaults,
  'reserves what it takes': resourceFaults,
  'finds every Secret, ConfigMap and ServiceAccount': async (objects, release) =>
    referenceFaults(objects, await outsideSecrets(release, objects)),
  'has ports, probes, selectors, scalers and routes that meet': wiringFaults,
  'migrates first and leaves no hook behind': hookFaults,
  'starts every program with what it knows and needs': (objects, { chart }) =>
    environmentFaults(objects, chart.service, { certificates: CERTIFICATES }),
  'is found where it always was, until it has stopped': (objects, { chart: { service } }) =>
    service === undefined ? [] : contractFaults(objects, service),
  'keeps secrets in Secrets': secrecyFaults,
  'keeps to names, labels, images and rights': (objects, { chart }) =>
    conventionFaults(objects, chart.namespace),
}

test('there are charts and sets of values to check', () => {
  const sets = CHARTS.map(({ name }) => [
    name,
    [...new Set(RELEASES.filter(({ chart }) => chart.name === name).map(({ set }) => set))],
  ])
  const all = ['locked-down', 'minimal', 'production']
  expect(Object.fromEntries(sets)).toMatchObject({
    'order-service': expect.arrayContaining(all),
    'billing-service': expect.arrayContaining(all),
    'notification-service': expect.arrayContaining(all),
    kafka: expect.arrayContaining(['locked-down', 'minimal']),
    provisioning: expect.arrayContaining(all),
  })
})

withTools('rendered', () => {
  describe.each([...RELEASES])('$title', (release) => {
    test.each(Object.entries(CHECKS))('%s', async (_what, check) => {
      expect(await check((await rendered(release)).objects, release)).toEqual([])
    })
    test('is what the API knows', async () => {
      const schemas = [pathOf('schemas'), join(import.meta.dir, 'schemas')]
      const { code, output } = await kubeconform(
        (await rendered(release)).text,
        schemas.map((folder) => join(folder, SCHEMA_FILE)),
      )
      expect(`${output.trim()} ${code}`).toMatch(
        /^Summary: \d+ resources found .* Invalid: 0, Errors: 0, Skipped: 0 0$/,
      )
    })
    test('passes the linter', async () => {
      const { version, chart, valuesFile } = release
      const words = ['lint', chart.folder, '--strict', '--values', valuesFile]
      const { code, output, errors } = await helm(version, ...words, ...FOR_CLUSTER)
      expect(code === 0 ? '' : `${output}\n${complaintOf(errors)}`).toBe('')
    })
  })
})
