import { parseArgs } from 'node:util'

/** The sets of values in each chart's ci folder that the command knows how to install. */
export const VALUE_SETS = ['minimal', 'locked-down'] as const
export type ValueSet = (typeof VALUE_SETS)[number]

export const HELP = `Installs the whole system into a Kubernetes cluster as the README says, tries it, and
uninstalls it again. Every step is shown with the time it took.

  bun run cluster --context NAME [options]

  --context NAME    the current context of KUBECONFIG; without it nothing is touched
  --values SET      minimal (default), locked-down, or both: minimal,locked-down
  --load COMMAND    brings an image onto the nodes; {image} stands for its name, e.g.
                    'kind load docker-image {image}' or 'minikube image load {image}'
  --url URL         where an ingress controller answers for arch.homework; without it
                    newman goes through port-forwards
  --ingress-class C class of the Ingress; the cluster's default when absent
  --prove           also: a rolling upgrade and a killed pod under load, billing from 1 to 3 pods
                    and back (needs --url)
  --stand-ins       images of Kafka and Postgres made from Debian packages, for clusters that
                    can pull none (needs debootstrap and podman, as root)
  --keep            do not uninstall
  --uninstall       only remove what an earlier run with --keep, or one that failed, left
  --out FILE        also write what was measured there, as JSON
  --help, -h        this text
`

export type ClusterOptions = {
  context: string
  valueSets: readonly ValueSet[]
  load: string | undefined
  url: string | undefined
  ingressClass: string | undefined
  prove: boolean
  standIns: boolean
  keep: boolean
  uninstall: boolean
  out: string | undefined
}

export type Parsed =
  | { kind: 'run'; options: ClusterOptions }
  | { kind: 'help' }
  | { kind: 'wrong'; why: string }

/** Reads the command line of `bun run cluster`. */
export const parseOptions = (words: readonly string[]): Parsed => {
  try {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return { kind: 'help' }
    return read(values)
  } catch (error) {
    return { kind: 'wrong', why: error instanceof Error ? error.message : String(error) }
  }
}

const FLAGS = {
  help: { type: 'boolean', short: 'h', default: false },
  context: { type: 'string' },
  values: { type: 'string', default: 'minimal' },
  load: { type: 'string' },
  url: { type: 'string' },
  'ingress-class': { type: 'string' },
  prove: { type: 'boolean', default: false },
  'stand-ins': { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  uninstall: { type: 'boolean', default: false },
  out: { type: 'string' },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values']

const read = (values: Values): Parsed => {
  const { context, load, url } = values
  const valueSets = values.values.split(',').filter(isValueSet)
  const complaints = [
    context === undefined && '--context is missing: say which cluster to use',
    valueSets.length !== values.values.split(',').length &&
      `--values is '${values.values}': expected some of ${VALUE_SETS.join(', ')}`,
    load?.includes('{image}') === false &&
      '--load does not say where the name of the image goes: {image}',
    url !== undefined && !URL.canParse(url) && `--url is not a URL: ${url}`,
    values.prove &&
      url === undefined &&
      '--prove needs --url: port-forwards end with the pod they lead to',
    values['stand-ins'] && load === undefined && '--stand-ins needs --load: they are nowhere else',
  ]
  const why = complaints.find((complaint) => typeof complaint === 'string')
  if (why !== undefined) return { kind: 'wrong', why }
  return {
    kind: 'run',
    options: {
      context: context ?? '',
      valueSets,
      load,
      url: url?.replace(/\/+$/, ''),
      ingressClass: values['ingress-class'],
      prove: values.prove,
      standIns: values['stand-ins'],
      keep: values.keep,
      uninstall: values.uninstall,
      out: values.out,
    },
  }
}

const isValueSet = (word: string): word is ValueSet => VALUE_SETS.some((set) => set === word)
