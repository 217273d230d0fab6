/** Programs that this project's charts are checked and installed with, as pinned Go modules. */
export const GO_TOOLS = {
  helm3: { program: 'helm', module: 'helm.sh/helm/v3', folder: 'cmd/helm', version: 'v3.22.0' },
  helm4: { program: 'helm', module: 'helm.sh/helm/v4', folder: 'cmd/helm', version: 'v4.3.1' },
  kubeconform: {
    program: 'kubeconform',
    module: 'github.com/yannh/kubeconform',
    folder: 'cmd/kubeconform',
    version: 'v0.8.0',
  },
  'helm-docs': {
    program: 'helm-docs',
    module: 'github.com/norwoodj/helm-docs',
    folder: 'cmd/helm-docs',
    version: 'v1.14.2',
  },
} as const

export type ToolName = keyof typeof GO_TOOLS

export const TOOL_NAMES: readonly ToolName[] = ['helm3', 'helm4', 'kubeconform', 'helm-docs']

/**
 * Whether a program that calls itself `said` may stand in for the pinned one. Helm and kubeconform
 * keep their promises within a major version; the text that helm-docs makes differs with each.
 */
export const fits = (name: ToolName, said: string): boolean => {
  const own = versionIn(said)
  const pinned = versionIn(GO_TOOLS[name].version)
  if (own === undefined || pinned === undefined) return false
  if (name === 'helm-docs') return Bun.semver.order(own, pinned) === 0
  return Bun.semver.satisfies(own, `^${pinned}`)
}

/** Built from source without its release flags, Helm leaves the last number out. */
const versionIn = (text: string): string | undefined => {
  const [, number, patch = '.0'] = /v?(\d+\.\d+)(\.\d+)?/.exec(text) ?? []
  return number === undefined ? undefined : `${number}${patch}`
}
