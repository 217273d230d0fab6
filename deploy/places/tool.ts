import { ConfigError } from '../../shared/config.ts'
import { runCommand } from '../local/command.ts'

/** What a command line asks for. */
export type Parsed<Options> =
  | { kind: 'run'; options: Options }
  | { kind: 'help' }
  | { kind: 'wrong'; why: string }

export type Tool<Options> = {
  /** As in `bun run <name>`. */
  name: string
  help: string
  parse: (words: readonly string[]) => Parsed<Options>
  /** Answers the exit code. */
  run: (options: Options) => Promise<number>
}

const WRONG_USE = 2

/** Runs one of the tools for operators; a wrong command line or environment ends it with 2. */
export const runTool = <Options>({ name, help, parse, run }: Tool<Options>): Promise<never> => {
  const wrong = (why: string): number => {
    console.error(`${why}\nTry: bun run ${name} --help`)
    return WRONG_USE
  }
  return runCommand(async () => {
    const parsed = parse(process.argv.slice(2))
    if (parsed.kind === 'wrong') return wrong(parsed.why)
    if (parsed.kind === 'help') {
      console.log(help)
      return 0
    }
    try {
      return await run(parsed.options)
    } catch (error) {
      if (error instanceof ConfigError) return wrong(error.message)
      throw error
    }
  })
}
