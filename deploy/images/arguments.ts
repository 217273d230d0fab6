import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { TARGETS, VERSION } from './names.ts'

const OptionsSchema = v.object({
  engine: v.optional(v.picklist(['docker', 'podman'])),
  base: v.picklist(['public', 'local']),
  tag: v.pipe(v.string(), v.regex(/^[\w][\w.-]{0,127}$/)),
  targets: v.array(v.picklist(TARGETS)),
})

export type Options = v.InferOutput<typeof OptionsSchema>
export type Parsed = { options: Options } | { help: true } | { problem: string }

/** Reads the command line of `bun run images`. */
export const parse = (words: readonly string[]): Parsed => {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        engine: { type: 'string' },
        base: { type: 'string', default: 'public' },
        tag: { type: 'string', default: VERSION },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return { help: true }
    const targets = positionals.length === 0 ? [...TARGETS] : positionals
    const result = v.safeParse(OptionsSchema, { ...values, targets })
    return result.success ? { options: result.output } : { problem: v.summarize(result.issues) }
  } catch (error) {
    return { problem: String(error instanceof Error ? error.message : error) }
  }
}
