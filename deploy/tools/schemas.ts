import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { cacheFolder, fillOnce } from '../local/cache.ts'
import type { Brought } from './bring.ts'
import { goProblem, moduleFolder } from './go.ts'
import { type ObjectType, objectSchema, type Schema } from './strict-schema.ts'

const KUBERNETES = { module: 'k8s.io/kubernetes', version: 'v1.36.3' }
const SWAGGER = 'api/openapi-spec/swagger.json'

/** What charts may contain; anything else has no schema and is refused. */
const KINDS = new Set(
  `ConfigMap CronJob Deployment HorizontalPodAutoscaler Ingress Job Namespace NetworkPolicy
  PersistentVolumeClaim Pod PodDisruptionBudget Secret Service ServiceAccount StatefulSet`.split(
    /\s+/,
  ),
)

/** Kinds of others, where their makers describe them. */
const CUSTOM_RESOURCES = [
  {
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    files: ['config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
  },
  {
    module: 'github.com/kedacore/keda/v2',
    version: 'v2.20.2',
    files: ['scaledobjects', 'triggerauthentications'].map(
      (plural) => `config/crd/bases/keda.sh_${plural}.yaml`,
    ),
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    files: ['servicemonitors', 'podmonitors', 'prometheusrules'].map(
      (plural) => `example/prometheus-operator-crd/monitoring.coreos.com_${plural}.yaml`,
    ),
  },
]

/** Changes when the making does; what an older one made is then not used any more. */
const EDITION = 1

/**
 * The folder of the schemas that kubeconform checks manifests by, made once per user from the
 * pinned modules (half a minute). Its own default is to ask GitHub for each.
 */
export const bringSchemas = async (): Promise<Brought> => {
  const versions = [KUBERNETES, ...CUSTOM_RESOURCES].map(({ version }) => version)
  const folder = cacheFolder(`schemas-${EDITION}-${versions.join('-')}`)
  if (existsSync(folder)) return { path: folder }
  const problem = goProblem()
  if (problem !== undefined) return { reason: `the schemas are not there and ${problem}` }
  try {
    await fillOnce(folder, fill)
    return { path: folder }
  } catch (error) {
    return { reason: `the schemas could not be made: ${String(error)}` }
  }
}

const fill = async (folder: string): Promise<void> => {
  const source = await moduleFolder(KUBERNETES.module, KUBERNETES.version)
  const { definitions } = v.parse(Swagger, await Bun.file(join(source, SWAGGER)).json())
  const write = (type: ObjectType, schema: Schema) =>
    Bun.write(join(folder, fileName(type)), JSON.stringify(objectSchema(type, schema, definitions)))
  for (const definition of Object.values(definitions)) {
    for (const type of definition['x-kubernetes-group-version-kind'] ?? []) {
      const isWanted = KINDS.has(type.kind) && !/alpha|beta/.test(type.version)
      if (isWanted) await write(type, definition)
    }
  }
  for (const { module, version, files } of CUSTOM_RESOURCES) {
    const definitionsFolder = await moduleFolder(module, version)
    for (const file of files) {
      const text = await Bun.file(join(definitionsFolder, file)).text()
      const { spec } = v.parse(CustomResource, Bun.YAML.parse(text))
      for (const { name, schema } of spec.versions) {
        const type = { group: spec.group, version: name, kind: spec.names.kind }
        await write(type, schema.openAPIV3Schema)
      }
    }
  }
}

/** As kubeconform looks for it: kind, first word of the group, version. */
export const SCHEMA_FILE = '{{.ResourceKind}}{{.KindSuffix}}.json'
const fileName = ({ group, version, kind }: ObjectType): string =>
  `${[kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-')}.json`

const AnySchema = v.record(v.string(), v.unknown())
const Type = v.object({ group: v.string(), version: v.string(), kind: v.string() })
const Swagger = v.object({
  definitions: v.record(
    v.string(),
    v.looseObject({ 'x-kubernetes-group-version-kind': v.optional(v.array(Type)) }),
  ),
})
const CustomResource = v.object({
  spec: v.object({
    group: v.string(),
    names: v.object({ kind: v.string() }),
    versions: v.array(
      v.object({ name: v.string(), schema: v.object({ openAPIV3Schema: AnySchema }) }),
    ),
  }),
})
