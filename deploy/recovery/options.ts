import { parseArgs } from 'node:util'
import type { Parsed } from '../places/tool.ts'
import { CASES, type Case } from './diagnosis.ts'

export type Options = {
  /** Left out: only say what is wrong. */
  case: Case | undefined
  yes: boolean
  anyway: boolean
  folder: string | undefined
}

export const parse = (words: readonly string[]): Parsed<Options> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      strict: true,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        yes: { type: 'boolean', default: false },
        anyway: { type: 'boolean', default: false },
        folder: { type: 'string' },
      },
    })
    if (values.help) return { kind: 'help' }
    const [name, ...more] = positionals
    if (more.length > 0) return { kind: 'wrong', why: 'One case at a time' }
    const found = CASES.find((one) => one === name)
    if (name !== undefined && found === undefined) {
      return { kind: 'wrong', why: `'${name}' is no case; there are ${CASES.join(', ')}` }
    }
    const { yes, anyway, folder } = values
    if (found === undefined && (yes || anyway)) {
      return { kind: 'wrong', why: 'Which case? Without --yes it says which it is' }
    }
    return { kind: 'run', options: { case: found, yes, anyway, folder } }
  } catch (error) {
    return { kind: 'wrong', why: error instanceof Error ? error.message : String(error) }
  }
}
