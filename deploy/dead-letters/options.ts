import { parseArgs } from 'node:util'
import type { Parsed } from '../places/tool.ts'
import { ID } from './letter.ts'

export type Command =
  | { name: 'list'; all: boolean; json: boolean; max: number }
  | { name: 'show'; ids: string[]; full: boolean }
  | { name: 'replay'; ids: string[]; again: boolean }
  | { name: 'discard'; ids: string[]; reason: string }

export type Options = { command: Command; folder: string | undefined }

const MAX = 100
const FLAGS = {
  list: ['all', 'json', 'max'],
  show: ['full'],
  replay: ['again'],
  discard: ['reason'],
} as const

/** Reads the command line: a command, ids of letters, and only the flags that belong to it. */
export const parse = (words: readonly string[]): Parsed<Options> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      strict: true,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        folder: { type: 'string' },
        all: { type: 'boolean' },
        json: { type: 'boolean' },
        max: { type: 'string' },
        full: { type: 'boolean' },
        again: { type: 'boolean' },
        reason: { type: 'string' },
      },
    })
    if (values.help) return { kind: 'help' }
    const [name, ...ids] = positionals
    if (name === undefined || !isName(name)) {
      return wrong(name === undefined ? 'No command is given' : `'${name}' is no command`)
    }
    const { folder, help: _help, ...flags } = values
    const allowed: readonly string[] = FLAGS[name]
    const foreign = Object.keys(flags).find((flag) => !allowed.includes(flag))
    if (foreign !== undefined) return wrong(`--${foreign} is nothing for ${name}`)
    const command = read(name, ids, values)
    return typeof command === 'string'
      ? wrong(command)
      : { kind: 'run', options: { command, folder } }
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
}

type Values = { [Flag in 'all' | 'json' | 'full' | 'again']?: boolean | undefined } & {
  reason?: string | undefined
  max?: string | undefined
}

const read = (name: Command['name'], ids: string[], values: Values): Command | string => {
  if (name === 'list') {
    const { all = false, json = false, max = String(MAX) } = values
    if (ids.length > 0) return 'list takes no id'
    if (!/^[1-9]\d{0,8}$/.test(max)) return '--max is no number'
    return { name, all, json, max: Number(max) }
  }
  if (ids.length === 0) return `${name} needs the id of a letter, such as 2-17; list shows them`
  const odd = ids.find((id) => !ID.test(id))
  if (odd !== undefined) return `'${odd}' is no id; one looks like 2-17`
  if (name === 'show') return { name, ids, full: values.full ?? false }
  if (name === 'replay') return { name, ids, again: values.again ?? false }
  const reason = values.reason?.trim() ?? ''
  return reason === ''
    ? 'discard needs --reason: why nothing has to be done'
    : { name, ids, reason }
}

const isName = (word: string): word is Command['name'] => word in FLAGS

const wrong = (why: string): Parsed<Options> => ({ kind: 'wrong', why })
