import { SERVICES, type Service } from './names.ts'
import type { ValueSet } from './options.ts'

/** One line of the README's installation, and what it does. */
export type Command = { title: string; words: readonly string[] }

/** What the command adds to a line of the README, e.g. other images; nothing when it is printed. */
export type Additions = (release: Release) => readonly string[]
export type Release = `${Service}-service` | 'kafka' | 'provisioning'

export const NOTHING: Additions = () => []

export const createNamespaces: Command = {
  title: 'namespaces',
  words: 'kubectl apply --filename deploy/cluster/namespaces.yaml'.split(' '),
}

/** The broker first, then its topics, then whoever writes to them before whoever reads. */
export const installCommands = (set: ValueSet, additions: Additions = NOTHING): Command[] => [
  helm('install', 'kafka', set, additions),
  helm('install', 'provisioning', set, additions),
  ...SERVICES.map((service) => helm('install', `${service}-service`, set, additions)),
]

export const upgradeCommand = (
  service: Service,
  set: ValueSet,
  additions: Additions = NOTHING,
): Command => helm('upgrade', `${service}-service`, set, additions)

export const testCommands: Command[] = SERVICES.map((service) => ({
  title: `helm test of ${service}-service`,
  words: `helm test ${service}-service --namespace ${service} --timeout 2m`.split(' '),
}))

export const uninstallCommands: Command[] = [
  ...SERVICES.toReversed().map((service) => uninstall(`${service}-service`, service)),
  uninstall('provisioning', 'kafka'),
  uninstall('kafka', 'kafka'),
]

export const deleteNamespaces: Command = {
  title: 'namespaces deleted',
  words: 'kubectl delete --filename deploy/cluster/namespaces.yaml'.split(' '),
}

function helm(verb: 'install' | 'upgrade', release: Release, set: ValueSet, additions: Additions) {
  const isPlatform = release === 'kafka' || release === 'provisioning'
  const chart = isPlatform ? `deploy/platform/${release}` : `deploy/charts/${release}`
  return {
    title: `helm ${verb} ${release}`,
    words: [
      ...`helm ${verb} ${release} ${chart} --namespace ${namespaceOf(release)}`.split(' '),
      ...`--values ${chart}/ci/${set}-values.yaml --wait --timeout 5m`.split(' '),
      ...additions(release),
    ],
  }
}

function uninstall(release: Release, namespace: string): Command {
  return {
    title: `helm uninstall ${release}`,
    words:
      `helm uninstall ${release} --namespace ${namespace} --cascade foreground --wait --timeout 5m`.split(
        ' ',
      ),
  }
}

export const namespaceOf = (release: Release): string =>
  release === 'kafka' || release === 'provisioning' ? 'kafka' : release.replace('-service', '')
