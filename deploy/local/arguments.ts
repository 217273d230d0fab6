import { join } from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = join(import.meta.dir, '../..')

export type Options = {
  /** Holds data, logs and state. */
  folder: string
  detach: boolean
  reset: boolean
  json: boolean
  /** Watch it with Prometheus and Grafana. */
  observe: boolean
  /** Ignore the preferred ports; take what is free. */
  freePorts: boolean
}

export type Parsed =
  | { kind: 'run'; options: Options }
  | { kind: 'help' }
  | { kind: 'wrong'; why: string }

type Flag = 'detach' | 'reset' | 'json' | 'observe' | 'ports'

const FLAGS = {
  detach: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  observe: { type: 'boolean', default: false },
  ports: { type: 'string', default: 'preferred' },
} as const

/** Reads a command line; each command takes --folder, --help and the flags named here. */
export const parse = (words: readonly string[], flags: readonly Flag[]): Parsed => {
  try {
    const { values } = parseArgs({
      args: [...words],
      strict: true,
      allowPositionals: false,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        folder: { type: 'string', default: join(ROOT, '.local') },
        ...Object.fromEntries(flags.map((flag) => [flag, FLAGS[flag]])),
      },
    })
    if (values.help) return { kind: 'help' }
    return read(values)
  } catch (error) {
    // parseArgs names the word that it does not know in its first sentence.
    return { kind: 'wrong', why: String(error instanceof Error ? error.message : error) }
  }
}

const read = (values: Record<string, string | boolean | undefined>): Parsed => {
  const { folder, ports = 'preferred' } = values
  if (typeof folder !== 'string' || folder === '')
    return { kind: 'wrong', why: '--folder is empty' }
  if (ports !== 'preferred' && ports !== 'free') {
    return { kind: 'wrong', why: `--ports is '${ports}': expected 'preferred' or 'free'` }
  }
  return {
    kind: 'run',
    options: {
      folder,
      detach: values['detach'] === true,
      reset: values['reset'] === true,
      json: values['json'] === true,
      observe: values['observe'] === true,
      freePorts: ports === 'free',
    },
  }
}
