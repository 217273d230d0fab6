import { type Container, containersOf, type KubeObject, nameOf } from './objects.ts'

const EVENT = 'helm.sh/hook'
const WEIGHT = 'helm.sh/hook-weight'
const DELETE = 'helm.sh/hook-delete-policy'

const eventsOf = ({ metadata }: KubeObject): string[] =>
  (metadata.annotations?.[EVENT] ?? '').split(',').filter((event) => event !== '')

const weightOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[WEIGHT] ?? '0')

export const isHook = (object: KubeObject): boolean => eventsOf(object).length > 0

/** Whether a hook finds the release's own objects whenever it runs. */
export const runsAfterRelease = (hook: KubeObject): boolean =>
  eventsOf(hook).every((event) => event === 'test' || event.startsWith('post-'))

/** Whether one hook is there whenever the other one runs. */
export const isHookBefore = (earlier: KubeObject, later: KubeObject): boolean =>
  eventsOf(later).every((event) => eventsOf(earlier).includes(event)) &&
  weightOf(earlier) < weightOf(later)

/**
 * Hooks that stay behind after a success or hinder the next run, and migrations that are not
 * applied before the service's pods start to work.
 */
export const hookFaults = (objects: readonly KubeObject[]): string[] => [
  ...objects.filter(isHook).flatMap(deleteFaults),
  ...migrationFaults(objects),
]

const deleteFaults = (hook: KubeObject): string[] => {
  const policies = (hook.metadata.annotations?.[DELETE] ?? '').split(',')
  return ['before-hook-creation', 'hook-succeeded']
    .filter((policy) => !policies.includes(policy))
    .map((policy) => `${nameOf(hook)}: its delete policy lacks ${policy}`)
}

export const isMigration = ({ args = [] }: Container): boolean =>
  args[0] === '/app/migrate.js' && !args.includes('--await')

const awaitsMigrations = ({ args = [] }: Container): boolean =>
  args[0] === '/app/migrate.js' && args.includes('--await')

/** Only of a release that has a service; a broker has nothing to migrate. */
const migrationFaults = (objects: readonly KubeObject[]): string[] => {
  const containers = containersOf(objects)
  const services = containers.filter(
    ({ container, pod, isInit }) =>
      !isInit &&
      pod.object.kind === 'Deployment' &&
      (container.args?.[0] ?? '/app/main.js') === '/app/main.js',
  )
  if (services.length === 0) return []
  const jobs = containers.filter(({ container }) => isMigration(container))
  const event = jobs.map(({ pod }) => eventsOf(pod.object).join(','))
  return [
    ...(jobs.length === 1 && jobs[0]?.pod.object.kind === 'Job'
      ? []
      : [`migrations are applied by ${jobs.length} containers instead of one Job's`]),
    ...(event.some((events) => events !== '' && events !== 'pre-install,pre-upgrade')
      ? ['the migration is a hook, but not before install and upgrade']
      : []),
    ...services.flatMap(({ where, pod, container }) => {
      const waiting = (pod.spec.initContainers ?? []).filter(awaitsMigrations)
      if (waiting.length === 0) return [`${where}: does not wait for the migrations`]
      const images = new Set(
        [container, ...waiting, ...jobs.map((job) => job.container)].map(({ image }) => image),
      )
      return images.size === 1 ? [] : [`${where}: is not of the same image as its migrations`]
    }),
  ]
}
