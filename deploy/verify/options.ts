import { parseArgs } from 'node:util'
import type { Parsed } from '../places/tool.ts'

export type Options = {
  folder: string | undefined
  json: boolean
  fast: boolean
  lateSeconds: number
}

export const parse = (words: readonly string[]): Parsed<Options> => {
  try {
    const { values } = parseArgs({
      args: [...words],
      strict: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        folder: { type: 'string' },
        json: { type: 'boolean', default: false },
        fast: { type: 'boolean', default: false },
        late: { type: 'string', default: '300' },
      },
    })
    if (values.help) return { kind: 'help' }
    const { folder, json, fast, late } = values
    if (!/^\d{1,6}$/.test(late)) {
      return { kind: 'wrong', why: `--late is '${late}': expected a number of seconds` }
    }
    return { kind: 'run', options: { folder, json, fast, lateSeconds: Number(late) } }
  } catch (error) {
    return { kind: 'wrong', why: error instanceof Error ? error.message : String(error) }
  }
}
