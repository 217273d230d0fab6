/** What the words of a command line mean, or that they mean nothing. */
export type Parsed<Options> =
  | { kind: 'run'; options: Options }
  | { kind: 'help' }
  | { kind: 'wrong'; why: string }

/** Reads options; whatever is thrown is what is wrong with them, undefined is a call for help. */
export const parsedBy = <Options>(read: () => Options | undefined): Parsed<Options> => {
  try {
    const options = read()
    return options === undefined ? { kind: 'help' } : { kind: 'run', options }
  } catch (error) {
    return { kind: 'wrong', why: error instanceof Error ? error.message : String(error) }
  }
}

/** The words made sense, but what they name is not there or no good. Nothing was done. */
export class WrongUseError extends Error {
  override readonly name = 'WrongUseError'
}

/** EX_USAGE of sysexits(3). */
const WRONG_USE = 64

/** Answers the exit code of a command: its own, 0 after help, 64 for wrong use. */
export const runCommand = async <Options>(
  parsed: Parsed<Options>,
  help: string,
  run: (options: Options) => Promise<number>,
): Promise<number> => {
  if (parsed.kind === 'help') {
    console.log(help)
    return 0
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.why}\n\n${help}`)
    return WRONG_USE
  }
  try {
    return await run(parsed.options)
  } catch (error) {
    if (!(error instanceof WrongUseError)) throw error
    console.error(error.message)
    return WRONG_USE
  }
}
