import { buildImages } from '../images/build-images.ts'
import { findEngine } from '../images/engine.ts'
import { imageReference, TARGETS } from '../images/names.ts'
import type { Step } from '../local/steps.ts'
import type { RunCommand } from '../run-command.ts'
import type { Additions } from './commands.ts'
import type { ClusterOptions, ValueSet } from './options.ts'
import { buildStandIns, STAND_INS } from './stand-ins.ts'

const LOAD_MS = 300_000
const VALUES = 'deploy/cluster/values'

/** Builds the images and brings them onto the nodes; nothing of it when no way there was named. */
export const imageSteps = (
  { load, standIns }: Pick<ClusterOptions, 'load' | 'standIns'>,
  run: RunCommand,
): Step[] => {
  if (load === undefined) return []
  const bring = async (names: readonly string[]): Promise<string> => {
    for (const name of names) {
      await run(['sh', '-c', load.replaceAll('{image}', name)], { deadlineMs: LOAD_MS })
    }
    return names.join(', ')
  }
  const services: Step = {
    title: 'images of the services built and brought',
    run: async (note) => {
      const found = await findEngine()
      if ('problem' in found) throw new Error(`images cannot be built: ${found.problem}`)
      const { engine } = found
      await buildImages({
        engine,
        base: standIns ? 'local' : 'public',
        targets: TARGETS,
        onBuilt: ({ target }) => note(`${target} built`),
      })
      return bring(TARGETS.map((target) => imageReference(target)))
    },
  }
  const others: Step = {
    title: 'stand-ins for Kafka and Postgres built and brought',
    run: async () => bring(await buildStandIns(run)),
  }
  return standIns ? [services, others] : [services]
}

/** What the lines of the README need besides, because of how this cluster is. */
export const additionsFor = (
  { standIns, ingressClass }: Pick<ClusterOptions, 'standIns' | 'ingressClass'>,
  set: ValueSet,
  kinds: ReadonlySet<string>,
): Additions => {
  const { kafka, postgres } = STAND_INS
  return (release) => {
    if (release === 'kafka') return standIns ? sets('image', kafka) : []
    if (release === 'provisioning')
      return set === 'locked-down' ? [`--values=${VALUES}/locked-down-provisioning.yaml`] : []
    return [
      ...(set === 'locked-down' ? lockedDown(release, kinds) : []),
      ...(standIns ? sets('database.development.image', postgres) : []),
      ...(ingressClass === undefined ? [] : [`--set=ingress.className=${ingressClass}`]),
    ]
  }
}

/** Objects of operators that the cluster does not have cannot be made. */
const lockedDown = (release: string, kinds: ReadonlySet<string>): string[] => [
  `--values=${VALUES}/locked-down-services.yaml`,
  ...sets('image', { repository: `exactly-once/${release.replace('-service', '')}` }),
  ...Object.entries(OPTIONAL_KINDS).map(
    ([value, kind]) => `--set=${value}.enabled=${kinds.has(kind)}`,
  ),
]

const OPTIONAL_KINDS = {
  serviceMonitor: 'ServiceMonitor',
  prometheusRule: 'PrometheusRule',
  httpRoute: 'HTTPRoute',
} as const

function sets(at: string, values: Record<string, string>): string[] {
  return Object.entries(values).map(([name, value]) => `--set-string=${at}.${name}=${value}`)
}
